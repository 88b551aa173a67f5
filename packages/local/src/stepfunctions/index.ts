export { type ApiRequest, type ApiResponse, stepFunctionsApi } from "./api.js";
export type { StartExecutionInput } from "./execution-operations.js";
export type { ExecutionDescription, ExecutionStatus } from "./execution-record.js";
export type { ExecutionListener } from "./launch.js";
export type { IotPort, LambdaPort, S3Port } from "./ports.js";
export { createStepFunctions, type StepFunctions, type StepFunctionsOptions } from "./service.js";
export { type ServiceErrorCode, StepFunctionsError } from "./service-error.js";
export type { CreateStateMachineInput } from "./state-machines.js";
