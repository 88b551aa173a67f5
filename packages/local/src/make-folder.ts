import { existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder, and those above it that are missing, one by one: Node's own recursion never ends where a file system
 * says that a folder's parent is missing although it is there, as `/proc` does.
 *
 * @param path absolute, or relative to the working directory
 * @throws Error of the file system, for instance `EACCES` or `ENOTDIR`
 *
 * @example
 * ```ts
 * import { makeFolder } from "@sfs3/local";
 *
 * await makeFolder(".sfs3/data");
 * ```
 */
export async function makeFolder(path: string): Promise<void> {
  const failure = await mkdir(path).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  if (failure === undefined) return;
  if (failure.code === "EEXIST" && (await stat(path)).isDirectory()) return;
  const parent = dirname(path);
  if (failure.code !== "ENOENT" || existsSync(parent)) throw failure;
  await makeFolder(parent);
  return makeFolder(path);
}
