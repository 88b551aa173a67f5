import { closeSync, mkdirSync, openSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Takes back what was done. */
export type Undo = () => void;

/** Makes a file, and the folders above it. Fails where there is one, even if it came into being just now. */
export function createFile(path: string, content: string): Undo {
  const folder = dirname(path);
  const topmost = mkdirSync(folder, { recursive: true });
  const removeFolders = () => removeEmpty(folder, topmost);
  try {
    const handle = openSync(path, "wx");
    fill(handle, path, content);
  } catch (error) {
    removeFolders();
    throw error;
  }
  return () => {
    rmSync(path, { force: true });
    removeFolders();
  };
}

function fill(handle: number, path: string, content: string): void {
  try {
    writeFileSync(handle, content);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

/** The folders from `folder` up to `topmost`, as far as nothing else lies in them by now. */
function removeEmpty(folder: string, topmost: string | undefined): void {
  if (topmost === undefined || folder.length < topmost.length) return;
  try {
    rmdirSync(folder);
  } catch (error) {
    // Another file lies there, so the folders above are needed as well.
    if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) return;
    throw error;
  }
  removeEmpty(dirname(folder), topmost);
}
