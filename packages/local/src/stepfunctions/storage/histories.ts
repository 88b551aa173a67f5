import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HistoryEvent } from "../../asl/index.js";
import { createBatches } from "./batches.js";
import { linesOf, readIfThere } from "./lines.js";

/** The histories of executions, each under the number of its execution. */
export interface Histories {
  append(id: number, event: HistoryEvent): void;
  /** Resolves once all that was appended so far survives this process. */
  flushed(): Promise<void>;
  read(id: number): Promise<readonly HistoryEvent[]>;
  /** Mends, at start-up, what the death of a process tore: appends what `end` makes of the whole events, and returns all. */
  mend(id: number, end: (events: readonly HistoryEvent[]) => readonly HistoryEvent[]): readonly HistoryEvent[];
  /** Forgets every history but these. */
  keep(ids: ReadonlySet<number>): void;
}

export function memoryHistories(): Histories {
  const histories = new Map<number, HistoryEvent[]>();
  return {
    append: (id, event) => {
      const events = histories.get(id);
      if (events === undefined) histories.set(id, [event]);
      else events.push(event);
    },
    flushed: async () => {},
    read: async (id) => histories.get(id) ?? [],
    // Nothing outlives the process, so nothing is ever torn.
    mend: (id) => histories.get(id) ?? [],
    keep: (ids) => {
      for (const id of histories.keys()) if (!ids.has(id)) histories.delete(id);
    },
  };
}

/** How many files are written at once. */
const CONCURRENT_WRITES = 16;

interface Line {
  readonly id: number;
  readonly text: string;
}

/** A file a history, appended to while its execution runs and read when somebody asks. */
export function fileHistories(folder: string, failed: (error: unknown) => void): Histories {
  mkdirSync(folder, { recursive: true });
  const fileOf = (id: number) => join(folder, `${id}.jsonl`);
  const batches = createBatches<Line>({ write: (lines) => appendAll(lines, fileOf), failed });
  return {
    append: (id, event) => batches.add({ id, text: lineOf(event) }),
    flushed: batches.flushed,
    read: async (id) => {
      await batches.flushed();
      return eventsOf(await readFile(fileOf(id), "utf8"));
    },
    mend: (id, end) => {
      const file = fileOf(id);
      const events = eventsOf(readIfThere(file));
      const mended = [...events, ...end(events)];
      writeFileSync(file, mended.map(lineOf).join(""));
      return mended;
    },
    keep: (ids) => {
      for (const name of readdirSync(folder)) {
        if (!ids.has(Number.parseInt(name, 10))) rmSync(join(folder, name), { force: true });
      }
    },
  };
}

const lineOf = (event: HistoryEvent): string => `${JSON.stringify(event)}\n`;

const eventsOf = (text: string): readonly HistoryEvent[] =>
  linesOf(text).lines.map((line) => {
    const event: HistoryEvent = JSON.parse(line);
    return { ...event, timestamp: new Date(event.timestamp) };
  });

/** Each file once, few at a time: a thousand executions at once must not hold a thousand files open. */
async function appendAll(lines: readonly Line[], fileOf: (id: number) => string): Promise<void> {
  const texts = new Map<number, string>();
  for (const { id, text } of lines) texts.set(id, (texts.get(id) ?? "") + text);
  const queue = texts.entries();
  const worker = async () => {
    for (const [id, text] of queue) await appendFile(fileOf(id), text);
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_WRITES, texts.size) }, worker));
}
