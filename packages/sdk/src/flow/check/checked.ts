import type { Chain, FlowDefinition, FlowState } from "../state.js";
import type { Document } from "./inputs.js";

/** What every check needs to speak of a flow. */
export interface Checked {
  readonly flow: FlowDefinition;
  readonly nameOf: (state: FlowState) => string;
  /** Sees the document at each place of the flow; it is only good until the call returns. */
  readonly visit?: (place: FlowPlace, document: Document) => void;
}

/** A place in a flow: before the state of `chain` that has this position, or behind its last one. */
export interface FlowPlace {
  readonly chain: Chain;
  /** 0 to the chain's length. */
  readonly position: number;
}
