/** How grave a finding is: an `error` fails the check, a `warning` does where there are too many, an `info` never. */
export type Severity = "error" | "warning" | "info";

/** What a rule found. */
export interface Found {
  readonly flow: string;
  /** The state's name in the machine; absent where it is the flow as a whole. */
  readonly state?: string;
  /** What is wrong and where, then the way out. */
  readonly message: string;
  /** Where it is not the rule's own. */
  readonly severity?: Severity;
  /** Absolute path, where it is not the flow's module. */
  readonly path?: string;
}

/** A finding with the rule that it goes by. */
export interface Finding extends Found {
  readonly rule: string;
  readonly severity: Severity;
}
