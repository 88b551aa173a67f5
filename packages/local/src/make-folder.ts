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
  const failure = await failureToMake(path);
  if (failure === undefined) return;
  if (failure.code !== "ENOENT") throw failure;
  await makeFolder(dirname(path));
  const again = await failureToMake(path);
  if (again !== undefined) throw again;
}

/** A folder that is there already is as good as made. */
async function failureToMake(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path);
    return undefined;
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    const isThere = failure.code === "EEXIST" && (await stat(path)).isDirectory();
    return isThere ? undefined : failure;
  }
}
