import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file, new or in place of what is there, whole or not at all: a process that is killed on the way, or a full
 * disk, leaves the old content. Makes the folders above it; a link stays, what it leads to gets the content.
 *
 * @throws Error of the file system
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const found = statSync(path, { throwIfNoEntry: false });
  // A device or a pipe, such as /dev/stdout, is written to and not replaced.
  if (found !== undefined && !found.isFile()) {
    writeFileSync(path, content);
    return;
  }
  const target = found === undefined ? path : realpathSync(path);
  mkdirSync(dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, content, { flag: "wx" });
    if (found !== undefined) chmodSync(draft, found.mode);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
