// For programs that deal with flows and run no steps: the root loads the AWS clients.
export { Sfs3Error } from "../errors.js";
export { METRICS, type MetricName } from "../metrics/table.js";
export { NAME_PATTERN } from "../names.js";
export { type AslDefinition, renderAsl, toAsl } from "./asl/definition.js";
export { END_STATES } from "./asl/end.js";
export { flow } from "./builder.js";
export { and, type Condition, not, or, type Routes, type RouteValue } from "./condition.js";
export type { CallbackOptions, DocumentOf, Flow, InputOf, StepStateOptions } from "./flow.js";
export { isFlow } from "./is-flow.js";
export { functionPlaceholder, stateMachinePlaceholder, stateMachineVariable, substitute } from "./placeholders.js";
export type { FlowDefinition } from "./state.js";
export { newTransactionId } from "./transaction.js";
// Named in the types of flows, so that the declarations of a module that exports one can be written.
export type { FlowTypes, Known, Passed } from "./types/known.js";
export type { FlowError, StateError } from "./types/misuse.js";
