import { Transform, type TransformCallback } from "node:stream";
import { crcText, extendCrc } from "./checksum.js";

/** What has passed. */
export interface Measure {
  /** Unit: bytes. */
  readonly size: number;
  /** As a reference has it. */
  readonly checksum: string;
}

/**
 * A stream that lets bytes and text pass as bytes, and knows what has passed.
 *
 * @param judge looks at the whole; what it returns fails the stream before its end
 */
export const measured = (judge: (measure: Measure) => Error | undefined = () => undefined) => {
  let size = 0;
  let crc = 0;
  const measure = (): Measure => ({ size, checksum: `crc32-${crcText(crc)}` });
  const pass = (chunk: unknown, _: unknown, callback: TransformCallback) => {
    const bytes = bytesOf(chunk);
    if (bytes === undefined) return callback(new TypeError("A stream gave something else than bytes or text."));
    size += bytes.byteLength;
    crc = extendCrc(crc, bytes);
    callback(null, bytes);
  };
  const stream = new Transform({
    writableObjectMode: true,
    writableHighWaterMark: 1,
    transform: pass,
    flush: (callback) => callback(judge(measure()) ?? null),
  });
  return { stream, measure };
};

const bytesOf = (chunk: unknown): Uint8Array | undefined => {
  if (typeof chunk === "string") return Buffer.from(chunk);
  return chunk instanceof Uint8Array ? chunk : undefined;
};
