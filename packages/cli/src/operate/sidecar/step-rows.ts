import type { ExportedFlow } from "../../flow-module.js";
import type { JournalEntry, StoredSidecar } from "./stored-sidecar.js";

/** What a step has left in a sidecar. In a Map it stands for all of its items. */
export interface StepRow {
  readonly step: string;
  /** How many items have committed; `null` outside a Map. */
  readonly items: number | null;
  /** Which attempt committed; of items, the highest. */
  readonly attempt: number | null;
  /** ISO 8601; of items, the last. */
  readonly committedAt: string | null;
  /** Of items, the longest. Unit: milliseconds. */
  readonly durationMs: number | null;
  /** Of the output as JSON; `null` where it is not known under which key it lies. */
  readonly bytes: number | null;
}

/** Says under which key a step writes. */
export type OutputKeys = (step: string) => string;

/** As the flows say, else the key that a step has unless it says otherwise. */
export function outputKeysOf(flows: readonly ExportedFlow[]): OutputKeys {
  const handlers = Object.assign({}, ...flows.map(({ flow }) => flow.handlers)) as ExportedFlow["flow"]["handlers"];
  return (step) => handlers[step]?.options.outputKey ?? `${step}-output`;
}

/** What each step has committed, in the order of the commits. */
export function stepRows({ data, journal }: StoredSidecar, outputKey: OutputKeys): readonly StepRow[] {
  const bySteps = new Map<string, JournalEntry[]>();
  for (const [name, entry] of Object.entries(journal)) {
    if (entry.committedAt === undefined) continue;
    const step = stepOf(name, entry);
    bySteps.set(step, [...(bySteps.get(step) ?? []), entry]);
  }
  const rows = [...bySteps].map(([step, entries]) => ({
    step,
    items: entries[0]?.item === undefined ? null : entries.length,
    attempt: highest(entries.map(({ attempt }) => attempt)),
    committedAt:
      entries
        .flatMap(({ committedAt = [] }) => committedAt)
        .sort()
        .at(-1) ?? null,
    durationMs: highest(entries.map(({ durationMs }) => durationMs)),
    bytes: bytesOf(data, outputKey(step)),
  }));
  return rows.sort((one, other) => Date.parse(one.committedAt ?? "") - Date.parse(other.committedAt ?? ""));
}

/** The journal's name of a step; of an item of it, `<step>[<index>]`. */
export const journalName = (step: string, item: number | undefined): string =>
  item === undefined ? step : `${step}[${item}]`;

/** The step that an entry of the journal is of. */
export const stepOf = (name: string, { item }: JournalEntry): string =>
  item === undefined ? name : name.slice(0, -`[${item}]`.length);

const highest = (numbers: readonly (number | undefined)[]): number | null => {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? null : known.reduce((most, number) => Math.max(most, number));
};

const bytesOf = (data: StoredSidecar["data"], key: string): number | null =>
  Object.hasOwn(data, key) ? Buffer.byteLength(JSON.stringify(data[key])) : null;
