// For programs that deal with flows and run no steps: the root loads the AWS clients.
export { hasBlob } from "../blobs/has-blob.js";
export { Sfs3Error } from "../errors.js";
export { executionArnOf } from "../execution-arn.js";
export { METRICS, type MetricName } from "../metrics/table.js";
export { JOURNAL_KEY, NAME_PATTERN, TRANSACTION_PREFIX_PATTERN } from "../names.js";
export { type Layout, layoutOfKey, sidecarKey, txnIdOfKey } from "../sidecar/layout.js";
export { type PartName, readPartName } from "../sidecar/parts/part-name.js";
export { type AslDefinition, flowProblems, renderAsl, toAsl } from "./asl/definition.js";
export { END_STATES } from "./asl/end.js";
export { everyAslState } from "./asl/every-asl-state.js";
export { notExpress } from "./asl/express.js";
export { flow } from "./builder.js";
export { canProvide, type JsonSchema, jsonSchemaOf, propertiesOf } from "./check/json-schema.js";
export { FLOW_RULES, type FlowProblem, type FlowRule } from "./check/problem.js";
export { endsHere } from "./check/reachability.js";
export { and, type Condition, not, or, type Routes, type RouteValue } from "./condition.js";
export type { DistributedOptions } from "./distribution.js";
export { type Document, documentAt, type FlowPlace, type Slot, type Writer } from "./document/document-at.js";
export { type DocumentEvent, type DocumentModel, followDocument, modelOf, slotOf } from "./document/follow.js";
export type { FollowedDocument, FollowedSlot, PlacedSchema, SlotWriter } from "./document/slot.js";
export type { CallbackOptions, DocumentOf, Flow, InputOf, StepStateOptions } from "./flow.js";
export { functionTimeouts } from "./function-timeouts.js";
export { isFlow } from "./is-flow.js";
export { layoutOf, whyParts } from "./layout.js";
export {
  type ChainOutline,
  type FlowOutline,
  outlinedStates,
  outlineOf,
  type StateOutline,
  type StepOutline,
  startedFlows,
} from "./outline.js";
export {
  functionPlaceholder,
  SIDECAR_BUCKET_PLACEHOLDER,
  stateMachinePlaceholder,
  stateMachineVariable,
  substitute,
} from "./placeholders.js";
export { type Chain, everyState, type FlowDefinition, type FlowState, innerChains } from "./state.js";
export { nameStates } from "./state-names.js";
export { newTransactionId } from "./transaction.js";
// Named in the types of flows, so that the declarations of a module that exports one can be written.
export type { FlowTypes, Known, Passed } from "./types/known.js";
export type { FlowError, StateError } from "./types/misuse.js";
export { writersOf } from "./writers.js";
