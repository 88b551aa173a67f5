export { createLambda, type Lambda, type LambdaOptions, MAX_PAYLOAD_BYTES } from "./create-lambda.js";
export type { FunctionDescription, FunctionOptions, HandlerLocation } from "./functions.js";
export type { LogOutput } from "./invocation.js";
export { invokeApi } from "./invoke-api.js";
export type { InvocationAnswer } from "./lambda-errors.js";
export type { ModuleLoader } from "./load-handler.js";
