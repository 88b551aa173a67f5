import type { AslDefinition, FlowDefinition, FlowOutline } from "@sfs3/sdk/flow";
import type { Found, Severity } from "./finding.js";

/** What rules look at. */
export interface Checked {
  readonly flow: FlowDefinition;
  readonly outline: FlowOutline;
  /** The flow's outline and those of the flows that it starts, by name. */
  readonly outlines: Readonly<Record<string, FlowOutline>>;
  /** The flows that it starts, those that these start included. */
  readonly started: readonly FlowDefinition[];
  readonly definition: AslDefinition;
  readonly limits: Limits;
}

/** Numbers that rules compare with. */
export interface Limits {
  /** How many writers at once a document may have. */
  readonly parallelWriters: number;
  /** How long an execution may take. Unit: seconds. */
  readonly machineSeconds: number;
}

/** A rule: its name is stable, like an API. */
export interface Rule {
  readonly name: string;
  readonly severity: Severity;
  /** What holds where the rule is met, in one sentence. */
  readonly summary: string;
  readonly check: (checked: Checked) => Iterable<Found>;
}
