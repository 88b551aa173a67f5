import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, write as writeWithCallback } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
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

/** A line of the log; without a value it deletes. */
interface Entry {
  readonly kind: string;
  readonly key: string;
  readonly value?: unknown;
}

const writeTo = promisify(writeWithCallback);

/** Records in an append-only log, of which the last line about a key counts. It is compacted when it is opened. */
export function openRecords(folder: string, failed: (error: unknown) => void): Records {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "records.jsonl");
  const entries = compact(file);
  const descriptor = openSync(file, "a");
  const write = async (lines: readonly string[]) => void (await writeTo(descriptor, lines.join("")));
  const batches = createBatches({ write, failed });
  const append = (entry: Entry) => batches.add(`${JSON.stringify(entry)}\n`);
  let isOpen = true;
  return {
    load: (kind) => entries.filter((entry) => entry.kind === kind).map(({ value }) => value),
    set: (kind, key, value) => append({ kind, key, value }),
    delete: (kind, key) => append({ kind, key }),
    flushed: batches.flushed,
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      await batches.flushed().finally(() => closeSync(descriptor));
    },
  };
}

function compact(file: string): readonly Entry[] {
  const { lines, isTorn } = linesOf(readIfThere(file));
  const live = new Map<string, Entry>();
  lines.forEach((line, index) => {
    const entry = parse(line, `${file}:${index + 1}`);
    const id = `${entry.kind} ${entry.key}`;
    if (entry.value === undefined) live.delete(id);
    else live.set(id, entry);
  });
  const entries = [...live.values()];
  if (isTorn || entries.length < lines.length) {
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }
  return entries;
}

function parse(line: string, where: string): Entry {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`${where} is not JSON. Delete that line, or the folder to begin anew.`, { cause });
  }
}
