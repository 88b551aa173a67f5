import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { isObject } from "../json-object.js";
import { isContentType } from "./reference.js";

/** Bytes of a blob: at hand, or as they come. A stream is read once. */
export type BlobBody = Uint8Array | Readable | ReadableStream<Uint8Array>;

/**
 * What `fn` may return where its `schemaOut` has a `blob()`: bytes, a stream, or either with its content type, or a file.
 * A file is named by a `URL`, as `node:url`'s `pathToFileURL` makes it: JSON has none, so that no data of a process ever
 * names a file of the Lambda. `contentType` is `application/octet-stream` by default.
 */
export type BlobSource =
  | BlobBody
  | { readonly body: BlobBody; readonly contentType?: string }
  | { readonly file: URL; readonly contentType?: string };

/** A source that was looked at. */
export interface CheckedSource {
  /** What tells two sources apart: one that stands twice in an output is uploaded once. */
  readonly identity: object;
  readonly contentType: string;
  /** Reads it; a file is opened only now. */
  readonly open: () => Readable;
  /** Lets go of a stream that nobody is going to read. */
  readonly discard: () => void;
}

const DEFAULT_CONTENT_TYPE = "application/octet-stream";

/** @returns what is wrong, as text; `undefined` for what is no source at all */
export const checkSource = (value: unknown): CheckedSource | string | undefined => {
  if (isBody(value)) return checkBody(value, DEFAULT_CONTENT_TYPE);
  if (!isObject(value)) return undefined;
  const { contentType = DEFAULT_CONTENT_TYPE } = value;
  if (isBody(value.body)) return checkBody(value.body, contentType);
  return value.file instanceof URL ? checkFile(value.file, contentType) : undefined;
};

const isBody = (value: unknown): value is BlobBody =>
  value instanceof Uint8Array || value instanceof Readable || value instanceof ReadableStream;

const WRONG_CONTENT_TYPE = "its contentType is not of the form 'type/subtype'";

const checkBody = (body: BlobBody, contentType: unknown): CheckedSource | string => {
  if (!isContentType(contentType)) return WRONG_CONTENT_TYPE;
  if (body instanceof Uint8Array) {
    return { identity: body, contentType, open: () => Readable.from([body]), discard: () => undefined };
  }
  // What was read of it would be missing, and nobody would know.
  if (Readable.isDisturbed(body as Readable))
    return "its stream has been read from before; return one that nobody has read";
  const stream = body instanceof Readable ? body : Readable.fromWeb(body);
  // Whoever reads it hears of its failure; until then an event without a listener would end the process.
  stream.on("error", () => undefined);
  return { identity: body, contentType, open: () => stream, discard: () => void stream.destroy() };
};

const checkFile = (file: URL, contentType: unknown): CheckedSource | string => {
  if (!isContentType(contentType)) return WRONG_CONTENT_TYPE;
  if (file.protocol !== "file:") return "its file is no file: URL; fetch what lies elsewhere, and return the body";
  return { identity: file, contentType, open: () => createReadStream(file), discard: () => undefined };
};
