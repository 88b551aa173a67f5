import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";

/** A file that grows by whole texts: what does not fit is not there in part either. */
export interface LogFile {
  /** Adds a text, or nothing. @returns where it begins, in bytes */
  append(text: string): number;
  close(): void;
}

export function openLogFile(path: string): LogFile {
  const descriptor = openSync(path, "a");
  let sizeBytes = fstatSync(descriptor).size;
  let isTorn = false;

  // A full disk takes the first part of a text. Whoever appends next would go on in the middle of it.
  const mend = () => {
    if (isTorn) ftruncateSync(descriptor, sizeBytes);
    isTorn = false;
  };

  return {
    append: (text) => {
      const bytes = Buffer.from(text);
      mend();
      isTorn = true;
      for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from);
      isTorn = false;
      sizeBytes += bytes.length;
      return sizeBytes - bytes.length;
    },
    close: () => {
      try {
        mend();
      } finally {
        closeSync(descriptor);
      }
    },
  };
}
