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
        const text = `${lead}${JSON.stringify(result)}${after}`;
        // At once, as others append while this one waits.
        lead = before;
        await stream.write(text);
      }
    },
    close: async () => ({ Key: location.key, Size: await stream.end(lead === first ? first + last : last) }),
  };
}

// A write to S3 costs the same whether it is a result or a thousand.
const CHUNK_BYTES = 65_536;

/** Writes an object as its bytes become known. What is wrong with the object rejects the next call. */
function byteStream(objects: ObjectPort, location: ObjectLocation) {
  const stream = new PassThrough();
  let waiting: string[] = [];
  let waitingBytes = 0;
  let size = 0;
  let drained: Promise<unknown> | undefined;
  let failure: { readonly reason: unknown } | undefined;
  const written = objects.write(location, stream).catch((reason: unknown) => {
    failure = { reason };
    stream.destroy();
  });
  const throwIfFailed = () => {
    if (failure !== undefined) throw failure.reason;
  };
  const flush = () => {
    const hasRoom = stream.write(waiting.join(""));
    waiting = [];
    waitingBytes = 0;
    // One wait for all who write: there may be a thousand of them.
    if (!hasRoom) drained ??= nextDrain();
  };
  const nextDrain = async () => {
    await Promise.race([new Promise((resolve) => stream.once("drain", resolve)), written]);
    drained = undefined;
  };
  const write = async (text: string) => {
    throwIfFailed();
    const bytes = Buffer.byteLength(text);
    size += bytes;
    waitingBytes += bytes;
    waiting.push(text);
    if (waitingBytes >= CHUNK_BYTES) flush();
    if (drained !== undefined) await drained;
    throwIfFailed();
  };
  const end = async (text: string) => {
    await write(text);
    stream.end(waiting.join(""));
    await written;
    throwIfFailed();
    return size;
  };
  return { write, end };
}
