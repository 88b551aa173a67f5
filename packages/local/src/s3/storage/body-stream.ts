import { Readable } from "node:stream";
import type { ByteRange } from "../range.js";
import type { OpenObject } from "./object-files.js";

/** The bytes of an open object; closes its file at the end, also where the reader stops early. */
export function bodyStream({ record, file }: OpenObject, range?: ByteRange): Readable {
  if (record.sizeBytes > 0) return file.createReadStream(range ?? { start: 0, end: record.sizeBytes - 1 });
  // A file's stream cannot be told to read nothing.
  return new Readable({
    read() {
      this.push(null);
    },
    destroy: (error, done) => file.close().then(() => done(error), done),
  });
}
