import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes a file whole or not at all: an interrupted run leaves the one that was there. */
export function writeWhole(path, text) {
  const unfinished = `${path}.${process.pid}`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
