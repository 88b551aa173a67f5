export { type Clock, systemClock, withoutWaits } from "./clock.js";
export { compile, MAX_DEFINITION_BYTES, type StateMachine } from "./compile.js";
export type { ExecutionContext } from "./context-object.js";
export { InvalidDefinitionError, StateFailure } from "./errors.js";
export { type ExecuteOptions, type ExecutionOutcome, ExecutionStopped, execute } from "./execute.js";
export type { HistoryEvent } from "./history.js";
export { exceedsPayloadLimit, isJsonObject, type Json, type JsonObject } from "./json.js";
export type { ResolveTask, TaskRequest, TaskResource, TaskRunner } from "./task-resource.js";
