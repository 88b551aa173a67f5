import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from "@aws-sdk/client-sfn";
import { END_STATES } from "../../flow/asl/end.js";
import { NotYetError } from "./not-yet-error.js";

/** The end of a generated machine, every retry of its announcement included, has about 25 events. */
const TAIL_EVENTS = 50;

const ENDS = new Set(["ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"]);

const ANNOUNCING: ReadonlySet<string | undefined> = new Set([END_STATES.publishSucceeded, END_STATES.publishFailed]);

/**
 * Whether the machine has announced its end itself: IoT took the message of its announcing state.
 *
 * @throws NotYetError where the history does not know the end yet
 */
export const wasAnnounced = async (client: SFNClient, executionArn: string): Promise<boolean> => {
  const { events = [] } = await client.send(
    new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      maxResults: TAIL_EVENTS,
      includeExecutionData: false,
    }),
  );
  if (!ENDS.has(events[0]?.type ?? ""))
    throw new NotYetError(`The history of ${executionArn} does not show its end yet.`);
  return isAnnounced(events);
};

/**
 * Latest first. Once the announcing state is entered nothing else runs, so a task that succeeded after that is the message. What
 * a redriven execution announced before counts for the end that it had then; where it was announcing, it goes on with that,
 * and does not enter the state again.
 */
export const isAnnounced = (events: readonly HistoryEvent[]): boolean => {
  const entered = events.findIndex(({ stateEnteredEventDetails }) => ANNOUNCING.has(stateEnteredEventDetails?.name));
  const redriven = events.findIndex(({ type }) => type === "ExecutionRedriven");
  const since = redriven === -1 ? entered : Math.min(entered, redriven);
  return since > 0 && events.slice(0, since).some(({ type }) => type === "TaskSucceeded");
};
