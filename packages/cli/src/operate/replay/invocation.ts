import type { HistoryEvent } from "@sfs3/local";
import { CliError } from "../../cli-error.js";

/** How an execution has called a step. */
export interface Invocation {
  /** What its Lambda got: the state payload with the state's entry. */
  readonly event: Readonly<Record<string, unknown>>;
  /** Unit: milliseconds since the epoch. */
  readonly atMs: number;
}

interface Sought {
  /** The states that call the step. */
  readonly states: ReadonlySet<string>;
  readonly step: string;
  readonly item: number | undefined;
}

/**
 * The last call of a step that an execution's history knows; `undefined` where it knows none, or not with what.
 *
 * @throws `CliError` where it was called for several items, and none is named
 */
export function lastInvocation(history: readonly HistoryEvent[], sought: Sought): Invocation | undefined {
  const { states, step, item } = sought;
  const calls = history.flatMap(invocationIn).filter(({ event }) => states.has(entryOf(event).state ?? ""));
  const items = new Set(calls.map(({ event }) => entryOf(event).item));
  if (item === undefined && items.size > 1) {
    throw new CliError(`'${step}' was called for ${items.size} items: name one with --item, counted from 0.`);
  }
  return calls.findLast(({ event }) => item === undefined || entryOf(event).item === item);
}

/** What generated machines call Lambda with stands in the event that schedules the task. */
function invocationIn({ type, details, timestamp }: HistoryEvent): readonly Invocation[] {
  if (type !== "TaskScheduled" || typeof details?.parameters !== "string") return [];
  const { Payload: event } = parseObject(details.parameters);
  return isObject(event) ? [{ event, atMs: timestamp.getTime() }] : [];
}

interface Entry {
  readonly state?: string;
  readonly item?: number;
}

const entryOf = ({ sfs3 }: Invocation["event"]): Entry => (isObject(sfs3) ? sfs3 : {});

/** A history that is encrypted, or cut where it is long, holds no JSON. */
function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
