import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from "@aws-sdk/client-sfn";
import { END_STATES } from "../../flow/asl/end.js";
import { NotYetError } from "./not-yet-error.js";
import type { StatusChange } from "./status-change.js";

/** The end of a generated machine, every retry of its announcement included, has about 25 events. */
const TAIL_EVENTS = 50;

/** How the events that end an execution name its status. */
const ENDS: ReadonlyMap<string | undefined, string> = new Map([
  ["ExecutionSucceeded", "SUCCEEDED"],
  ["ExecutionFailed", "FAILED"],
  ["ExecutionTimedOut", "TIMED_OUT"],
  ["ExecutionAborted", "ABORTED"],
]);

const ANNOUNCING: ReadonlySet<string | undefined> = new Set([END_STATES.publishSucceeded, END_STATES.publishFailed]);

/**
 * What has become of an end since: the machine has announced it itself, for IoT took the message of its announcing state; it has
 * not; or the execution was redriven, and its next end will be told.
 */
export type Announcement = "made" | "missing" | "superseded";

/** @throws NotYetError where the history does not know the end yet */
export const announcementOf = async (client: SFNClient, change: StatusChange): Promise<Announcement> => {
  const { executionArn, status, stopDateMs = Number.POSITIVE_INFINITY } = change;
  const { events = [] } = await client.send(
    new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      maxResults: TAIL_EVENTS,
      includeExecutionData: false,
    }),
  );
  const redriven = events.find(({ type }) => type === "ExecutionRedriven");
  if ((redriven?.timestamp?.getTime() ?? 0) > stopDateMs) return "superseded";
  const latest = ENDS.get(events[0]?.type);
  if (latest === undefined) throw new NotYetError(`The history of ${executionArn} does not show its end yet.`);
  // The redrive may lie further back than the tail reaches.
  if (latest !== status) return "superseded";
  return isAnnounced(events) ? "made" : "missing";
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
