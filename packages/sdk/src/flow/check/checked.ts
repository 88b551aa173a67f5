import type { FlowDefinition, FlowState } from "../state.js";

/** What every check needs to speak of a flow. */
export interface Checked {
  readonly flow: FlowDefinition;
  readonly nameOf: (state: FlowState) => string;
}
