import type { HistoryEvent } from "@sfs3/local";
import { JOURNAL_KEY } from "@sfs3/sdk/flow";
import type { CalledStep, Calls } from "./calls.js";

/** One invocation of a step that succeeded. */
export interface Visit extends CalledStep {
  /** What the step added, as JSON: of a Map's items the mean, of a loop's rounds the last. */
  readonly outputBytes: number;
  /** As the journal has it: without Lambda's own start. */
  readonly durationMs: number;
}

/** What one execution does, counted in one that ran. */
export interface Workload {
  readonly inputBytes: number;
  /** In the order in which they ended. */
  readonly visits: readonly Visit[];
  /** States entered and attempts repeated, and one for the start of each machine. */
  readonly transitions: number;
  /** The process's own machine and those that it started. */
  readonly machines: number;
  readonly durationMs: number;
}

/** One execution, of the process or of what it started. */
export interface ExecutionTrace {
  readonly history: readonly HistoryEvent[];
  /** What its machine calls. */
  readonly calls: Calls;
}

/** What a process left behind. */
export interface Trace {
  readonly executions: readonly ExecutionTrace[];
  readonly sidecar: Readonly<Record<string, unknown>>;
  readonly durationMs: number;
}

export function workloadOf({ executions, sidecar, durationMs }: Trace): Workload {
  const inHistories = executions.flatMap(({ history, calls }) =>
    history.filter(isTaskExit).flatMap(({ details }) => calls.get(String(details?.name)) ?? []),
  );
  const inChildren = executions.flatMap(({ calls }) => childCallsIn(calls, sidecar[JOURNAL_KEY]));
  const called = [...inHistories, ...inChildren];
  const visitsOf = countBy(called.map(({ outputKey }) => outputKey));
  const input = Object.entries(sidecar).filter(([key]) => key !== JOURNAL_KEY && !visitsOf.has(key));
  const outputBytes = ({ outputKey, isItem }: CalledStep) =>
    Math.ceil(bytesOf(sidecar[outputKey]) / (isItem ? (visitsOf.get(outputKey) ?? 1) : 1));
  return {
    inputBytes: bytesOf(Object.fromEntries(input)),
    visits: called.map((call) => ({
      ...call,
      outputBytes: outputBytes(call),
      durationMs: meanDurationMs(sidecar[JOURNAL_KEY], call.step),
    })),
    transitions:
      executions.reduce((sum, { history }) => sum + transitionsIn(history), 0) + childTransitions(inChildren),
    machines: executions.length,
    durationMs,
  };
}

/** The children of a distributed Map have histories of their own; each item that a step has worked on is in the journal. */
const childCallsIn = (calls: Calls, journal: unknown): readonly CalledStep[] =>
  [...calls.values()]
    .filter(({ batch }) => batch !== undefined)
    .flatMap((call) => Array<CalledStep>(itemEntries(journal, call.step).length).fill(call));

/** A state an item, and for each child its start and the Map over its batch. */
function childTransitions(called: readonly CalledStep[]): number {
  const items = countBy(called.map(({ step }) => step));
  const children = new Map<string, number>();
  for (const { step, batch } of new Set(called)) {
    if (batch === undefined) continue;
    const needed = Math.ceil((items.get(step) ?? 0) / batch.size);
    children.set(batch.map, Math.max(children.get(batch.map) ?? 0, needed));
  }
  return called.length + 2 * [...children.values()].reduce((sum, count) => sum + count, 0);
}

const isTaskExit = ({ type }: HistoryEvent): boolean => type === "TaskStateExited";

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? "");

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** A repeated attempt is a transition too. */
function transitionsIn(history: readonly HistoryEvent[]): number {
  const count = (test: (type: string) => boolean) => history.filter(({ type }) => test(type)).length;
  const retries = count((type) => type === "TaskScheduled") - count((type) => type === "TaskStateEntered");
  return 1 + count((type) => type.endsWith("StateEntered")) + Math.max(0, retries);
}

function meanDurationMs(journal: unknown, step: string): number {
  const { [step]: whole } = (journal ?? {}) as Journal;
  const durations = [...(whole === undefined ? [] : [whole]), ...itemEntries(journal, step)].map(
    ({ durationMs = 0 }) => durationMs,
  );
  return durations.reduce((sum, durationMs) => sum + durationMs, 0) / Math.max(1, durations.length);
}

type Journal = Readonly<Record<string, { readonly durationMs?: number }>>;

/** Items of a Map have a journal entry each, `step[3]`. */
const itemEntries = (journal: unknown, step: string): Journal[string][] =>
  Object.entries((journal ?? {}) as Journal)
    .filter(([name]) => name.endsWith("]") && name.slice(0, name.lastIndexOf("[")) === step)
    .map(([, entry]) => entry);
