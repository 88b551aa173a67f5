import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BatchOutcome, createBatches } from "./batches.js";
import { linesOf, readIfThere } from "./lines.js";
import { openLogFile } from "./log-file.js";

/** What the service knows of machines, executions and activities, beyond the life of the process. */
export interface Records {
  /** What an earlier process left of that kind, in the order it was first set. It is told once, and not kept here. */
  load(kind: string): readonly unknown[];
  set(kind: string, key: string, value: object): void;
  delete(kind: string, key: string): void;
  /** Resolves once all that was set so far survives this process. */
  flushed(): Promise<void>;
  /** The same, however long it takes; rejects only after {@link endRetries}. */
  written(): Promise<void>;
  /** Rejects where what was set before could not be written, and still cannot be. */
  caughtUp(): Promise<void>;
  /** From now on what cannot be written is given up. */
  endRetries(): void;
  close(): Promise<void>;
}

/** Without a folder nothing outlives the process. */
export const forgetfulRecords = (): Records => ({
  load: () => [],
  set: () => {},
  delete: () => {},
  flushed: async () => {},
  written: async () => {},
  caughtUp: async () => {},
  endRetries: () => {},
  close: async () => {},
});

/** Records in an append-only log, of which the last line about a key counts. It is compacted when it is opened. */
export function openRecords(folder: string, outcome: BatchOutcome): Records {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "records.jsonl");
  const left = compact(file);
  const log = openLogFile(file);
  let isOpen = true;
  const write = (lines: readonly string[]) => {
    // The number of a closed descriptor may belong to another file by now.
    if (!isOpen) throw new Error("it was closed before");
    log.append(lines.join(""));
  };
  const batches = createBatches({ write, outcome });
  const append = (kind: string, key: string, value: string) => batches.add(`${kind} ${key} ${value}\n`);
  return {
    load: (kind) => {
      const found = left.get(kind) ?? [];
      left.delete(kind);
      return found;
    },
    set: (kind, key, value) => append(kind, key, JSON.stringify(value)),
    delete: (kind, key) => append(kind, key, ""),
    flushed: batches.flushed,
    written: batches.written,
    caughtUp: batches.caughtUp,
    endRetries: batches.endRetries,
    close: async () => {
      if (!isOpen) return;
      batches.endRetries();
      await batches.flushed().finally(() => {
        isOpen = false;
        log.close();
      });
    },
  };
}

/** A line of the log: kind, key and value as JSON, with a space between them. Without a value it deletes. */
const LINE = /^(?<kind>\S+) (?<key>\S+) (?<value>.*)$/s;

interface LogLine {
  readonly kind: string;
  readonly line: string;
  readonly where: string;
}

/** What the log says at last, by kind; the log itself is left with nothing else. */
function compact(file: string): Map<string, readonly unknown[]> {
  const { lines, isTorn } = linesOf(readIfThere(file));
  const live = new Map<string, LogLine>();
  lines.forEach((line, index) => {
    const where = `${file}:${index + 1}`;
    const { kind, key, value } = LINE.exec(line)?.groups ?? refuse(where);
    if (kind === undefined || key === undefined || value === undefined) refuse(where);
    // What is changed is parsed but once.
    if (value === "") live.delete(`${kind} ${key}`);
    else live.set(`${kind} ${key}`, { kind, line, where });
  });
  if (isTorn || live.size < lines.length) replace(file, Array.from(live.values(), ({ line }) => `${line}\n`).join(""));
  return byKind(live);
}

/** As a whole, by a rename: without room for the new content the old one stays, and nothing beside it. */
function replace(file: string, content: string): void {
  const draft = `${file}.new`;
  try {
    writeFileSync(draft, content);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function byKind(lines: ReadonlyMap<string, LogLine>): Map<string, readonly unknown[]> {
  const kinds = new Map<string, unknown[]>();
  for (const [id, { kind, line, where }] of lines) {
    const values = kinds.get(kind) ?? [];
    values.push(parse(line.slice(id.length + 1), where));
    kinds.set(kind, values);
  }
  return kinds;
}

function parse(value: string, where: string): unknown {
  try {
    return JSON.parse(value);
  } catch (cause) {
    return refuse(where, cause);
  }
}

function refuse(where: string, cause?: unknown): never {
  throw new Error(`${where} is damaged. Delete that line, or the folder to begin anew.`, { cause });
}
