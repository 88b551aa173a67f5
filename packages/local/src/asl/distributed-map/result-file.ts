import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { Json } from "../json.js";
import type { ObjectLocation, ObjectPort } from "../object-port.js";

/** An object that results are appended to; only what S3 has not taken yet is held in memory. */
export interface ResultFile {
  append(results: readonly Json[]): Promise<void>;
  /** As the manifest lists it. */
  close(): Promise<{ readonly Key: string; readonly Size: number }>;
}

export const OUTPUT_TYPES = ["JSON", "JSONL"] as const;

export type OutputType = (typeof OUTPUT_TYPES)[number];

const FRAMES: Readonly<Record<OutputType, { first: string; before: string; after: string; last: string }>> = {
  JSON: { first: "[", before: ",", after: "", last: "]" },
  JSONL: { first: "", before: "", after: "\n", last: "" },
};

export function openResultFile(objects: ObjectPort, location: ObjectLocation, outputType: OutputType): ResultFile {
  const { first, before, after, last } = FRAMES[outputType];
  const stream = byteStream(objects, location);
  let lead = first;
  return {
    append: async (results) => {
      for (const result of results) {
        await stream.write(`${lead}${JSON.stringify(result)}${after}`);
        lead = before;
      }
    },
    close: async () => ({ Key: location.key, Size: await stream.end(lead === first ? first + last : last) }),
  };
}

/** Writes an object as its bytes become known. What is wrong with the object rejects the next call. */
function byteStream(objects: ObjectPort, location: ObjectLocation) {
  const stream = new PassThrough();
  let size = 0;
  let failure: { readonly reason: unknown } | undefined;
  const written = objects.write(location, stream).catch((reason: unknown) => {
    failure = { reason };
    stream.destroy();
  });
  const throwIfFailed = () => {
    if (failure !== undefined) throw failure.reason;
  };
  const write = async (text: string) => {
    throwIfFailed();
    const bytes = Buffer.from(text);
    size += bytes.length;
    if (!stream.write(bytes)) await Promise.race([once(stream, "drain"), written]);
    throwIfFailed();
  };
  const end = async (text: string) => {
    throwIfFailed();
    const bytes = Buffer.from(text);
    stream.end(bytes);
    await written;
    throwIfFailed();
    return size + bytes.length;
  };
  return { write, end };
}
