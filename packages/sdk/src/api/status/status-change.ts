import { Sfs3Error } from "../../errors.js";
import { isObject } from "../../json-object.js";

/** How an execution can end, and the word that says so to whoever waits. */
export const WORDS = {
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  TIMED_OUT: "FAILED",
  ABORTED: "FAILED",
} as const;

/** What the event says of an execution. */
export interface StatusChange {
  readonly executionArn: string;
  readonly status: string;
  /** As the execution got it; `undefined` where it is too large for an event. */
  readonly input: string | undefined;
  /** When it ended, which tells one end of a redriven execution from another. Unit: milliseconds since the epoch. */
  readonly stopDateMs: number | undefined;
}

/**
 * Source: AWS Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge".
 *
 * @throws `InvalidEventError` for any other event
 */
export const readStatusChange = (event: unknown): StatusChange => {
  const { "detail-type": type, detail } = isObject(event) ? event : {};
  if (type !== "Step Functions Execution Status Change" || !isObject(detail)) throw foreign();
  const { executionArn, status, input, stopDate } = detail;
  if (typeof executionArn !== "string" || typeof status !== "string") throw foreign();
  return {
    executionArn,
    status,
    input: typeof input === "string" ? input : undefined,
    stopDateMs: typeof stopDate === "number" ? stopDate : undefined,
  };
};

const foreign = (): Sfs3Error =>
  new Sfs3Error(
    "InvalidEventError",
    "The event is no 'Step Functions Execution Status Change': invoke this handler by a rule of EventBridge for that, " +
      "with the event as it is.",
  );
