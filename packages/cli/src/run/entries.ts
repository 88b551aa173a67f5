import type { HistoryEvent } from "@sfs3/local";
import { isFailure } from "./failure.js";

/** What events belong to: one visit of a state, or at the root the execution. */
export interface Entry {
  /** `Execution`, `Task`, `Parallel`, ... */
  readonly kind: string;
  readonly name: string;
  readonly atMs: number;
  /** How many attempts have failed so far. */
  readonly failures: number;
  /** Whether the last thing heard of it is a failure. */
  readonly isFailing: boolean;
  /** Inside a Map: which of its items the events after this one belong to. */
  readonly item: number | undefined;
  /** What it runs inside of. */
  readonly parent: Entry | undefined;
}

/**
 * Finds the entry of each event of one execution. History links an event to the one before it on its own branch; by that
 * link an event finds its state, also where branches run side by side.
 */
export function followEntries(): (event: HistoryEvent) => Entry | undefined {
  const after = new Map<number, Entry | undefined>();
  let execution: Entry | undefined;
  return (event) => {
    // The first state's event names none before it (0), as on AWS; it belongs to the execution, whose event is 1. So does
    // what a redriven execution goes on with, where nobody has heard of the state before.
    const entry = entryOf(event, after.get(event.previousEventId || 1) ?? execution);
    if (entry?.kind === "Execution") execution = entry;
    after.set(event.id, event.type.endsWith("StateExited") ? entry?.parent : entry);
    return entry;
  };
}

/** The entry itself or the closest around it for which `holds`. */
export function enclosing(entry: Entry | undefined, holds: (entry: Entry) => boolean): Entry | undefined {
  return entry === undefined || holds(entry) ? entry : enclosing(entry.parent, holds);
}

function entryOf(event: HistoryEvent, before: Entry | undefined): Entry | undefined {
  const { type, details } = event;
  if (type === "ExecutionRedriven") return opened(event, undefined);
  if (type === "ExecutionStarted" || type.endsWith("StateEntered")) return opened(event, before);
  if (type.startsWith("Execution")) return enclosing(before, ({ kind }) => kind === "Execution");
  if (type.endsWith("StateExited")) return enclosing(before, ({ name }) => name === details?.name);
  if (type === "ParallelStateFailed" || type === "MapStateFailed") {
    const kind = type.slice(0, -"StateFailed".length);
    // The failure comes from inside: a state of the same kind that is failing already is not the one meant.
    return failed(enclosing(before, (entry) => entry.kind === kind && !entry.isFailing));
  }
  if (isFailure(event)) return failed(before);
  if (before === undefined) return undefined;
  if (type === "MapIterationStarted") return { ...before, item: Number(details?.index) };
  return type.endsWith("Scheduled") ? { ...before, isFailing: false } : before;
}

const opened = ({ type, details, timestamp }: HistoryEvent, parent: Entry | undefined): Entry => ({
  kind: type.replace(/(State)?(Entered|Started|Redriven)$/, ""),
  name: String(details?.name ?? ""),
  atMs: timestamp.getTime(),
  failures: 0,
  isFailing: false,
  item: undefined,
  parent,
});

const failed = (entry: Entry | undefined): Entry | undefined =>
  entry && { ...entry, failures: entry.failures + 1, isFailing: true };
