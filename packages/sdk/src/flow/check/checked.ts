import type { FlowDefinition, FlowState } from "../state.js";
import type { FlowProblem } from "./problem.js";

/** What every check needs to speak of a flow. */
export interface Checked {
  readonly flow: FlowDefinition;
  readonly nameOf: (state: FlowState) => string;
}

/** What a check has found, one at a time. */
export type Problems = Iterable<FlowProblem>;
