import type { HistoryEvent } from "@sfs3/local";
import { createColors } from "picocolors";
import type { Output } from "../io.js";
import { isFailure, messageOf } from "./failure.js";

/** The state that an event belongs to, and how often it has failed so far. */
interface Entry {
  readonly state: string;
  readonly atMs: number;
  readonly failures: number;
}

type Colors = ReturnType<typeof createColors>;

/** What an event looks like to a person; `undefined` where it is no news. */
type Line = (event: HistoryEvent, entry: Entry | undefined, colors: Colors) => string | undefined;

const entered =
  (mark: string, doing: string): Line =>
  ({ details }, _, { cyan, dim }) =>
    `${cyan(mark)} ${details?.name} ${dim(doing)}`;

const exited: Line = ({ details, timestamp }, entry, { green, dim }) =>
  `${green("✔")} ${details?.name} ${dim(entry === undefined ? "done" : `done in ${timestamp.getTime() - entry.atMs} ms`)}`;

const attemptFailed: Line = (event, entry, { yellow, dim }) =>
  `${yellow("!")} ${entry?.state} ${describeFailure(event)} ${dim(`attempt ${entry?.failures}`)}`;

const scheduled: Line = (_, entry, { yellow, dim }) =>
  entry === undefined || entry.failures === 0 ? undefined : `${yellow("↻")} ${entry.state} ${dim("tried again")}`;

const ended =
  (status: string): Line =>
  (event, _, { green, red }) =>
    status === "SUCCEEDED" ? `${green("●")} ${status}` : `${red("●")} ${status} ${describeFailure(event)}`;

/** The lines by type of event; states that are not listed are as any other. */
const LINES: Readonly<Record<string, Line>> = {
  WaitStateEntered: entered("…", "waiting"),
  TaskScheduled: scheduled,
  ExecutionSucceeded: ended("SUCCEEDED"),
  ExecutionFailed: ended("FAILED"),
  ExecutionTimedOut: ended("TIMED_OUT"),
  ExecutionAborted: ended("ABORTED"),
};

function lineFor(event: HistoryEvent): Line | undefined {
  if (isFailure(event)) return attemptFailed;
  if (event.type.endsWith("StateExited")) return exited;
  return LINES[event.type] ?? (event.type.endsWith("StateEntered") ? entered("▸", "running") : undefined);
}

function describeFailure({ type, details }: HistoryEvent): string {
  const cause = messageOf(String(details?.cause ?? ""));
  return [details?.error ?? type, cause].filter((part) => part !== "").join(": ");
}

/**
 * Writes what executions do, a line for each thing that happens. History links an event to the one before it on its own
 * branch; by that link a line finds its state, also where branches run side by side.
 */
export function createProgress(output: Output): (executionArn: string, event: HistoryEvent) => void {
  const colors = createColors(output.isTTY === true);
  const entries = new Map<string, Entry | undefined>();

  return (executionArn, event) => {
    const entry = entryOf(event, entries.get(`${executionArn}#${event.previousEventId}`));
    entries.set(`${executionArn}#${event.id}`, entry);
    const line = lineFor(event)?.(event, entry, colors);
    if (line !== undefined) output.write(`${colors.dim(machineOf(executionArn))}  ${line}\n`);
  };
}

function entryOf(event: HistoryEvent, before: Entry | undefined): Entry | undefined {
  if (event.type.endsWith("StateEntered")) {
    return { state: String(event.details?.name), atMs: event.timestamp.getTime(), failures: 0 };
  }
  return before !== undefined && isFailure(event) ? { ...before, failures: before.failures + 1 } : before;
}

/** `arn:aws:states:<region>:<account>:execution:<machine>:<name>` */
const machineOf = (executionArn: string): string => executionArn.split(":").at(-2) ?? "";
