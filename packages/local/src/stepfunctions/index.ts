export { type ApiRequest, type ApiResponse, stepFunctionsApi } from "./api.js";
export type { ExecutionDescription, ExecutionListener, ExecutionStatus } from "./executions.js";
export type { MockConfig, MockedOutcome, MockedStateMachine } from "./mocks/mock-config.js";
export { MockConfigError, readMocks } from "./mocks/read-mocks.js";
export type { IotPort, LambdaPort, S3Port } from "./ports.js";
export {
  createStepFunctions,
  type StartExecutionInput,
  type StepFunctions,
  type StepFunctionsOptions,
} from "./service.js";
export { type ServiceErrorCode, StepFunctionsError } from "./service-error.js";
export type { CreateStateMachineInput } from "./state-machines.js";
