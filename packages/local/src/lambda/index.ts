export { createLambda, type InvokeOptions, type Lambda, type LambdaOptions } from "./create-lambda.js";
export { MAX_EVENT_BYTES } from "./event.js";
export {
  type FunctionDescription,
  type FunctionOptions,
  type FunctionUpdate,
  functionArn,
  type HandlerLocation,
} from "./functions.js";
export type { LogOutput } from "./invocation.js";
export { invokeApi } from "./invoke-api.js";
export type { InvocationAnswer } from "./lambda-errors.js";
export type { ModuleLoader } from "./load-handler.js";
