import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createBatches } from "./batches.js";
import { linesOf, readIfThere } from "./lines.js";

/** What the service knows of machines, executions and activities, beyond the life of the process. */
export interface Records {
  /** What an earlier process left of that kind, in the order it was first set. */
  load(kind: string): readonly unknown[];
  set(kind: string, key: string, value: object): void;
  delete(kind: string, key: string): void;
  /** Resolves once all that was set so far survives this process. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

/** Without a folder nothing outlives the process. */
export const forgetfulRecords = (): Records => ({
  load: () => [],
  set: () => {},
  delete: () => {},
  flushed: async () => {},
  close: async () => {},
});

/** Records in an append-only log, of which the last line about a key counts. It is compacted when it is opened. */
export function openRecords(folder: string, failed: (error: unknown) => void): Records {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "records.jsonl");
  const left = compact(file);
  const descriptor = openSync(file, "a");
  let isOpen = true;
  const write = async (lines: readonly string[]) => {
    // The number of a closed descriptor may belong to another file by now.
    if (!isOpen) throw new Error("it was closed before");
    writeSync(descriptor, lines.join(""));
  };
  const batches = createBatches({ write, failed });
  const append = (kind: string, key: string, value: string) => batches.add(`${kind} ${key} ${value}\n`);
  return {
    load: (kind) => left.get(kind) ?? [],
    set: (kind, key, value) => append(kind, key, JSON.stringify(value)),
    delete: (kind, key) => append(kind, key, ""),
    flushed: batches.flushed,
    close: async () => {
      if (!isOpen) return;
      await batches.flushed().finally(() => {
        isOpen = false;
        closeSync(descriptor);
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
function compact(file: string): ReadonlyMap<string, readonly unknown[]> {
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
  if (isTorn || live.size < lines.length) {
    writeFileSync(`${file}.new`, Array.from(live.values(), ({ line }) => `${line}\n`).join(""));
    renameSync(`${file}.new`, file);
  }
  return byKind(live);
}

function byKind(lines: ReadonlyMap<string, LogLine>): ReadonlyMap<string, readonly unknown[]> {
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
