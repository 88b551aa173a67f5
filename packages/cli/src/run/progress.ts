import type { HistoryEvent } from "@sfs3/local";
import type { createColors } from "picocolors";
import { duration } from "./duration.js";
import { isEndState } from "./end-states.js";
import { type Entry, enclosing, followEntries } from "./entries.js";
import { isFailure, messageOf } from "./failure.js";
import type { Waits } from "./waits.js";

/** What the lines need beside the events. */
export interface Words {
  readonly colors: ReturnType<typeof createColors>;
  readonly waits: Waits;
  /** Where outside parties reach the stack. */
  readonly url: string;
}

interface Told extends Words {
  readonly executionArn: string;
  readonly event: HistoryEvent;
  readonly entry: Entry;
}

/** What an event looks like to a person; `undefined` where it is no news. */
type Line = (told: Told) => string | undefined;

/** The events after which there are no others, unless the execution is redriven. */
const END_TYPES = new Set(["ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"]);

/** Turns history into lines for people, one for each thing that happens. */
export function createProgress(words: Words): (executionArn: string, event: HistoryEvent) => string | undefined {
  const executions = new Map<string, ReturnType<typeof followEntries>>();

  return (executionArn, event) => {
    const follow = executions.get(executionArn) ?? followEntries();
    executions.set(executionArn, follow);
    const entry = follow(event);
    // A redriven execution is followed anew.
    if (END_TYPES.has(event.type)) executions.delete(executionArn);
    if (entry === undefined || (isEndState(entry.name) && !isFailure(event))) return undefined;
    return lineFor(event)?.({ ...words, executionArn, event, entry });
  };
}

function lineFor(event: HistoryEvent): Line | undefined {
  if (isFailure(event)) return attemptFailed;
  if (event.type.endsWith("StateExited")) return exited;
  return LINES[event.type];
}

const started: Line = ({ executionArn, colors: { cyan, dim } }) =>
  `${cyan("▸")} ${dim("started as")} ${executionArn.split(":").at(-1)}`;

const redriven: Line = ({ executionArn, colors: { cyan, dim } }) =>
  `${cyan("▸")} ${dim("goes on as")} ${executionArn.split(":").at(-1)}`;

const running: Line = ({ entry, colors: { cyan, dim } }) => `${cyan("▸")} ${label(entry)} ${dim("running")}`;

const runningItems: Line = ({ entry, event, colors: { cyan, dim } }) =>
  `${cyan("▸")} ${label(entry)} ${dim(`running ${event.details?.length} items`)}`;

const waiting: Line = ({ entry, executionArn, waits, colors: { cyan, dim } }) => {
  const time = waits(machineOf(executionArn), entry.name);
  return `${cyan("…")} ${label(entry)} ${dim(["waiting", time].filter(Boolean).join(" "))}`;
};

const submitted: Line = ({ entry, event, url, colors: { cyan, dim } }) => {
  const isCallback = String(event.details?.resource).endsWith("waitForTaskToken");
  const what = isCallback ? `its task token, SendTaskSuccess at ${url}` : "the end of what it started";
  return `${cyan("…")} ${label(entry)} ${dim(`waiting for ${what}`)}`;
};

/** `TaskScheduled` is no news the first time: the state has just been entered. */
const scheduled: Line = ({ entry, colors: { yellow, dim } }) =>
  entry.failures === 0 ? undefined : `${yellow("↻")} ${label(entry)} ${dim(`attempt ${entry.failures + 1}`)}`;

const attemptFailed: Line = ({ entry, event, colors: { yellow, dim } }) =>
  `${yellow("!")} ${label(entry)} ${describeFailure(event)} ${dim(`(attempt ${entry.failures})`)}`;

/** States that take no time of their own. */
const INSTANT = new Set(["Choice", "Pass", "Succeed", "Fail"]);

const exited: Line = ({ entry, event, colors: { cyan, green, red, dim } }) => {
  const took = duration(event.timestamp.getTime() - entry.atMs);
  if (entry.isFailing) return `${red("✖")} ${label(entry)} ${dim(`failed after ${took}`)}`;
  if (INSTANT.has(entry.kind)) return `${cyan("▸")} ${label(entry)}`;
  return `${green("✔")} ${label(entry)} ${dim(`done in ${took}`)}`;
};

const ended: Line = ({ entry, event, colors: { green, red, dim } }) => {
  const took = dim(`after ${duration(event.timestamp.getTime() - entry.atMs)}`);
  const status = STATUS[event.type];
  return status === "SUCCEEDED" ? `${green("●")} ${status} ${took}` : `${red("●")} ${status} ${took}`;
};

const STATUS: Readonly<Record<string, string>> = {
  ExecutionSucceeded: "SUCCEEDED",
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
};

const LINES: Readonly<Record<string, Line>> = {
  ExecutionStarted: started,
  ExecutionRedriven: redriven,
  TaskStateEntered: running,
  ParallelStateEntered: running,
  MapStateStarted: runningItems,
  WaitStateEntered: waiting,
  TaskSubmitted: submitted,
  TaskScheduled: scheduled,
  LambdaFunctionScheduled: scheduled,
  ...Object.fromEntries(Object.keys(STATUS).map((type) => [type, ended])),
};

/** The state's name, and inside a Map the item's number. */
function label({ name, parent }: Entry): string {
  const item = enclosing(parent, (outer) => outer.item !== undefined)?.item;
  return item === undefined ? name : `${name}[${item}]`;
}

function describeFailure({ type, details }: HistoryEvent): string {
  const cause = messageOf(String(details?.cause ?? ""));
  return [details?.error ?? type, cause].filter((part) => part !== "").join(": ");
}

/** `arn:aws:states:<region>:<account>:execution:<machine>:<name>` */
export const machineOf = (executionArn: string): string => executionArn.split(":").at(-2) ?? "";
