import type { EndWord } from "./early-ends.js";
import { type FailedStatus, ProcessFailedError } from "./errors.js";
import { explain } from "./explain.js";
import { createPending, type Pending } from "./pending.js";
import { createPoller, type Poller, type PollerOptions } from "./poller.js";
import type { ProcessState } from "./process-api.js";
import type { Tracked } from "./tracked.js";
import type { Troubles } from "./troubles.js";

export interface FollowingOptions
  extends Pick<PollerOptions, "api" | "polling" | "scheduler" | "random" | "closing" | "isOnline"> {
  readonly troubles: Troubles;
}

/** The processes that are pending, and what settles them: words that are heard, and states that are polled. */
export interface Following extends Omit<Pending, "rename" | "forget">, Pick<Poller, "now" | "soon" | "later"> {
  /** A message has told its end. */
  hear(tracked: Tracked, word: EndWord): void;
}

export function createFollowing({ troubles, ...options }: FollowingOptions): Following {
  const { scheduler, isOnline } = options;
  const pending = createPending({
    scheduler,
    trouble: troubles.last,
    onForget: (tracked) => poller.cancel(tracked),
  });

  /** An execution need not be named after its transaction, but messages are. @returns whether the transaction is news */
  const learn = (tracked: Tracked, { transactionId, executionId }: ProcessState): boolean => {
    tracked.executionId ??= executionId;
    if (transactionId === undefined || transactionId === tracked.transactionId) return false;
    return pending.rename(tracked, transactionId);
  };

  const onEnd = (tracked: Tracked, state: ProcessState) => {
    learn(tracked, state);
    pending.settle(tracked, isFailure(state) ? { error: new ProcessFailedError(tracked, state) } : {});
  };

  const poller = createPoller({
    ...options,
    onEnd,
    // Its message may have come before it was known to be its own.
    onRunning: learn,
    onRefused: (tracked, error) => pending.settle(tracked, { error }),
    onIdle: pending.forget,
    onTrouble: troubles.note,
    onAnswer: () => isOnline() && troubles.over(),
  });

  const hear = (tracked: Tracked, word: EndWord) => {
    // The first message counts.
    if (tracked.isFailing) return;
    if (word === "SUCCEEDED") return pending.settle(tracked, {});
    tracked.isFailing = true;
    void explain(tracked, { scheduler, state: poller.once, onEnd });
  };

  return { ...pending, ...poller, hear };
}

const isFailure = (state: ProcessState): state is ProcessState & { readonly status: FailedStatus } =>
  state.status !== "SUCCEEDED";
