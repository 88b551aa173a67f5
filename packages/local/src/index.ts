export type { HistoryEvent } from "./asl/index.js";
export { DataFolderError } from "./data-folder-error.js";
export { type DeployableFlow, type Deployment, type DeployOptions, deployFlows } from "./deploy.js";
export { type Answer, type ApiRequest, AwsError, type HttpHandler, jsonService, type Service } from "./http/index.js";
export { createIot, type Iot, type IotMessage, type IotOptions, type RetainedMessage } from "./iot/index.js";
export {
  createLambda,
  type FunctionDescription,
  type FunctionOptions,
  type FunctionUpdate,
  type HandlerLocation,
  type InvocationAnswer,
  type InvokeOptions,
  type Lambda,
  type LambdaOptions,
  type LogOutput,
  type ModuleLoader,
} from "./lambda/index.js";
export { makeFolder } from "./make-folder.js";
export {
  createS3,
  type ListedObject,
  type ListObjectsOptions,
  type ObjectDescription,
  type ObjectList,
  type OpenedObject,
  type OpenObjectOptions,
  type PutOptions,
  type ReadObjectOptions,
  type S3,
  type S3Options,
  type StoredObject,
} from "./s3/index.js";
export { type LocalStack, type LocalStackOptions, startLocalStack } from "./stack.js";
export { type StartedProcess, type StartProcessOptions, startProcess } from "./start-process.js";
export {
  type CreateStateMachineInput,
  createStepFunctions,
  type EndListener,
  type ExecutionDescription,
  type ExecutionEnd,
  type ExecutionListener,
  type ExecutionStatus,
  type MockConfig,
  MockConfigError,
  type MockedOutcome,
  type MockedStateMachine,
  type StartExecutionInput,
  type StepFunctions,
  StepFunctionsError,
  type StepFunctionsOptions,
} from "./stepfunctions/index.js";
