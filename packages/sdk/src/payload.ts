import type { RouteValues } from "./step.js";

/** What the generated machine adds to the payload on the way into a Lambda, from the context object. Never returned. */
export interface StateEntry {
  /** The execution's ARN. */
  readonly execution: string;
  /** The state's name. */
  readonly state: string;
  /** When the state was entered, ISO 8601. */
  readonly enteredAt: string;
  /** Which attempt this is, counted from 1. */
  readonly attempt: number;
  /** Index of the Map item, counted from 0. */
  readonly item?: number;
  /** Token of a callback state. */
  readonly taskToken?: string;
}

/** The state payload: a pointer to the sidecar, constant in size. Fields it does not know pass through. */
export interface StatePayload {
  /** The sidecar's S3 key. */
  readonly processData: string;
  /** Narrows the topic; `[A-Za-z0-9_-]{1,64}`. */
  readonly subtopic?: string;
  /** What steps expose to Choice states, by step name. */
  readonly route?: Readonly<Record<string, RouteValues>>;
  readonly [field: string]: unknown;
}
