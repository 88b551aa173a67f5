import { ProcessClientError } from "./errors.js";
import type { ProcessState } from "./process-api.js";
import type { Tracked } from "./tracked.js";

/** No process of this id, so often in a row, is no process that is just being started. */
const MAX_UNKNOWN = 6;

/** What comes of an answer, or of none. */
export type Verdict =
  | { readonly kind: "end"; readonly state: ProcessState }
  | { readonly kind: "running"; readonly state: ProcessState }
  | { readonly kind: "not yet" }
  | { readonly kind: "refused"; readonly error: ProcessClientError }
  | { readonly kind: "trouble"; readonly error: unknown };

/** What to make of the state that was asked for. */
export const verdictOf = (tracked: Tracked, asked: Promise<ProcessState>): Promise<Verdict> =>
  asked.then(
    (state) => judge(tracked, state),
    (error: unknown) => (isRefusal(error) ? { kind: "refused", error } : { kind: "trouble", error }),
  );

function judge(tracked: Tracked, state: ProcessState): Verdict {
  const { poll } = tracked;
  if (state.status === "UNKNOWN") {
    poll.unknowns += 1;
    return poll.unknowns < MAX_UNKNOWN ? { kind: "not yet" } : { kind: "refused", error: unknown(tracked) };
  }
  poll.unknowns = 0;
  return state.status === "RUNNING" ? { kind: "running", state } : { kind: "end", state };
}

const isRefusal = (error: unknown): error is ProcessClientError =>
  error instanceof ProcessClientError && error.name === "StateError";

const unknown = ({ transactionId }: Tracked): ProcessClientError =>
  new ProcessClientError(
    "ProcessUnknownError",
    `There is no process ${transactionId}. Check the id, and that the client asks where the process was started.`,
  );
