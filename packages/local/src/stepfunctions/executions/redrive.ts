import type { ExecutionRecord, Redrive } from "./execution-record.js";

const DAY_MS = 86_400_000;
/** Source: API reference of RedriveExecution. */
const REDRIVABLE_PERIOD_MS = 14 * DAY_MS;
const MAX_OPEN_MS = 365 * DAY_MS;
/** A redrive needs room for two more of the 25,000 events. */
const MAX_EVENTS_BEFORE = 24_998;
const REMEMBERED_TOKENS = 10;
const TOKEN_VALIDITY_MS = 15 * 60_000;

/** Why an execution cannot be redriven, in AWS's words; undefined where it can. */
export function notRedrivableReason(record: ExecutionRecord, isMachineDeleted: boolean, now: Date): string | undefined {
  const { status, startDate, stopDate = now } = record;
  if (isMachineDeleted) return "State machine is in DELETING status";
  if (status === "RUNNING" || status === "SUCCEEDED") return `Execution is ${status} and cannot be redriven`;
  if (record.eventCount > MAX_EVENTS_BEFORE) return "Execution history event limit exceeded";
  if (now.getTime() - startDate.getTime() > MAX_OPEN_MS) return "Execution has exceeded the max execution time";
  if (now.getTime() - stopDate.getTime() > REDRIVABLE_PERIOD_MS) return "Execution redrivable period exceeded";
  return undefined;
}

/** The redrive that this very request has made before. */
export function earlierRedrive(
  { redrives }: ExecutionRecord,
  clientToken: string | undefined,
  now: Date,
): Redrive | undefined {
  if (clientToken === undefined) return undefined;
  return redrives
    .slice(-REMEMBERED_TOKENS)
    .find(
      (redrive) => redrive.clientToken === clientToken && now.getTime() - redrive.date.getTime() <= TOKEN_VALIDITY_MS,
    );
}
