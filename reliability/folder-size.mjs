import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** The files in a folder and below, and their bytes. */
export const sizeOf = async (folder) => {
  const size = { files: 0, bytes: 0 };
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const found = entry.isDirectory() ? await sizeOf(path) : { files: 1, bytes: (await stat(path)).size };
    size.files += found.files;
    size.bytes += found.bytes;
  }
  return size;
};
