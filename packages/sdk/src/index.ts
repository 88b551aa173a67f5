export { FAILURES, type FailureName, type Issue, type RetryPolicy, Sfs3Error } from "./errors.js";
export type { StateEntry, StatePayload } from "./payload.js";
export type { Log, RouteValues, Schema, Step, StepClients, StepContext, StepFunction, StepOptions } from "./step.js";
