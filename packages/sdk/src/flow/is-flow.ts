import type { FlowDefinition } from "./state.js";

export const FLOW_BRAND = Symbol.for("sfs3.flow");

/** Whether a value is a flow, also one that another copy of this package made. */
export const isFlow = (value: unknown): value is FlowDefinition =>
  typeof value === "object" && value !== null && FLOW_BRAND in value;
