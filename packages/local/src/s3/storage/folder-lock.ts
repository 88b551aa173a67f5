import { randomUUID } from "node:crypto";
import { readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Its content is the id of the process that uses the folder; no bucket's name can start with a dot. */
const LOCK_FILE = ".lock";

/** What this process has locked: a lock with its id that is not among these was left by an earlier process of that id. */
const held = new Set<string>();

/**
 * Keeps every other process, and this one, from using the folder until it is released. The lock of a process that is no
 * longer alive is taken over.
 *
 * @returns what releases the folder; may be called again
 * @throws Error where the folder is in use, with the process that uses it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(await realpath(folder), LOCK_FILE);
  if (held.has(path)) throw inUse(folder, process.pid);
  held.add(path);
  try {
    while (!(await take(path))) await removeStale(folder, path);
  } catch (error) {
    held.delete(path);
    throw error;
  }
  let released: Promise<void> | undefined;
  return () => {
    released ??= rm(path, { force: true }).finally(() => held.delete(path));
    return released;
  };
}

/** Resolves to whether the lock is this process's now. */
async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    // A full disk leaves it empty: of no process, so that nobody could take it over.
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
}

async function removeStale(folder: string, path: string): Promise<void> {
  const owner = await readFile(path, "utf8").catch(unless("ENOENT", undefined));
  if (owner === undefined) return;
  const pid = Number(owner);
  if (pid !== process.pid && isAlive(pid)) throw inUse(folder, pid);
  const aside = `${path}-${randomUUID()}`;
  const isMoved = await rename(path, aside).then(() => true, unless("ENOENT", false));
  if (!isMoved) return;
  // Another process may have found the same stale lock and put its own there since: that one is good.
  if ((await readFile(aside, "utf8")) === owner) await rm(aside);
  else await rename(aside, path);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // One of another user is alive, though no signal may be sent to it.
    return codeOf(error) !== "ESRCH";
  }
}

const inUse = (folder: string, pid: number): Error =>
  new Error(
    `${folder} is in use by process ${pid}; use another folder or stop it. If it is no process of yours, remove ${join(folder, LOCK_FILE)}.`,
  );

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** What a failure with this code comes to; any other one stays a failure. */
const unless =
  <T>(code: string, outcome: T) =>
  (error: unknown): T => {
    if (codeOf(error) === code) return outcome;
    throw error;
  };
