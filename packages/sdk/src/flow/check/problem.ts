import type { Sfs3Error } from "../../errors.js";
import { refusal } from "../refusal.js";

/** What a flow can be refused for, each with what it means. The names are stable, like an API. */
export const FLOW_RULES = {
  "no-step": "A flow has a step: without one there is nothing to deploy.",
  "placeholder-clash": "Steps and started flows of different names are deployed under different placeholders.",
  "flow-name-clash":
    "A flow starts no other flow of its own name, and no two of one name: a flow is deployed by its name.",
  "empty-branch": "Branches, bodies and choices hold something to do.",
  "nested-map": "A map does not stand inside a map or a repeat: its items would share one array.",
  "invalid-setting": "Times, counts, retries and catches are what Step Functions takes.",
  "timeout-over-lambda": "A state that invokes a Lambda function times out within the 900 s that a function can run.",
  "unreachable-state": "Every state can be reached.",
  "input-not-object": "A flow's input is an object: its keys are those of the sidecar.",
  "unmet-read": "What a step requires is in the flow's input, or written by a step before it.",
  "uncertain-read": "What a step requires is written on every path that leads to it.",
  "retyped-read": "What a step reads can be of the type that is written.",
  "branches-share-key": "Branches of a parallel write different keys.",
  "map-over-no-array": "A map goes over an array of the sidecar.",
  "map-count": "A map has a count, or goes over what steps of its own flow write, which count it.",
  "distributed-layout": "A flow with a distributed map has the layout parts.",
  "distributed-source": "A distributed map goes over an array that lies in one part.",
  "express-children": "Express children of a distributed map do nothing that Express machines cannot.",
  "state-name": "State names are unique in the machine, and have 1 to 80 characters.",
  "definition-size": "The definition fits into the 1 MiB that Step Functions takes.",
} as const satisfies Readonly<Record<string, string>>;

/** The name of a rule that `gen-asl` refuses a flow by. */
export type FlowRule = keyof typeof FLOW_RULES;

/** Why no definition can be made of a flow. */
export interface FlowProblem {
  readonly rule: FlowRule;
  /** The flow's name. */
  readonly flow: string;
  /** The state's name in the machine; absent where it is the flow as a whole. */
  readonly state?: string;
  /** What is wrong and where. */
  readonly what: string;
  /** What to do about it. */
  readonly wayOut: string;
}

/** The problem as the error that ends `gen-asl`. */
export const refusalOf = ({ what, wayOut }: FlowProblem): Sfs3Error => refusal(what, wayOut);
