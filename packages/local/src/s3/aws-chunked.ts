import { Transform } from "node:stream";
import { S3Error } from "./errors.js";

const MAX_LINE_BYTES = 4096;
const MAX_TRAILERS = 16;
const MIN_CHUNK_BYTES = 8192;
const SIZE_LINE = /^(?<size>[0-9a-fA-F]{1,13})(?:;[\x20-\x7e]*)?$/;
const TRAILER_LINE = /^(?<name>[A-Za-z0-9-]+):[ \t]*(?<value>[\x20-\x7e]*?)[ \t]*$/;
const LF = 0x0a;

type Expecting = "size" | "data" | "end of data" | "trailer" | "nothing";

interface Decoding {
  readonly trailers: Map<string, string>;
  expecting: Expecting;
  /** What has come of the current line. */
  line: string;
  /** What is still to come of the current chunk. */
  remainingBytes: number;
  /** Size of a chunk that only the last one may have. */
  shortChunkBytes: number | undefined;
}

/** A decoder and the trailers it has met; they are complete when the decoder has ended. */
export interface AwsChunkedDecoder {
  readonly stream: Transform;
  readonly trailers: ReadonlyMap<string, string>;
}

function malformed(what: string): S3Error {
  return new S3Error("InvalidRequest", { message: `The body is not valid aws-chunked encoding: ${what}.` });
}

function readSize(decoding: Decoding, line: string): void {
  const digits = SIZE_LINE.exec(line)?.groups?.size;
  if (digits === undefined) throw malformed("a chunk has no valid size");
  const sizeBytes = Number.parseInt(digits, 16);
  if (sizeBytes > 0 && decoding.shortChunkBytes !== undefined) {
    throw new S3Error("InvalidChunkSizeError", { details: { BadChunkSize: decoding.shortChunkBytes } });
  }
  if (sizeBytes < MIN_CHUNK_BYTES) decoding.shortChunkBytes = sizeBytes;
  decoding.remainingBytes = sizeBytes;
  decoding.expecting = sizeBytes === 0 ? "trailer" : "data";
}

function readEndOfData(decoding: Decoding, line: string): void {
  if (line !== "") throw malformed("a chunk is longer than its size");
  decoding.expecting = "size";
}

function readTrailer(decoding: Decoding, line: string): void {
  if (line === "") {
    decoding.expecting = "nothing";
    return;
  }
  const { name, value } = TRAILER_LINE.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined || decoding.trailers.size === MAX_TRAILERS) {
    throw new S3Error("MalformedTrailerError");
  }
  decoding.trailers.set(name.toLowerCase(), value);
}

type LineReader = (decoding: Decoding, line: string) => void;

const LINE_READERS = { size: readSize, "end of data": readEndOfData, trailer: readTrailer } as const;

/** Takes what `wire` holds of a line from `start`, reads the line if it is whole, and returns where to go on. */
function takeLine(decoding: Decoding, wire: Buffer, start: number, read: LineReader): number {
  const newline = wire.indexOf(LF, start);
  const end = newline === -1 ? wire.length : newline + 1;
  if (decoding.line.length + end - start > MAX_LINE_BYTES) throw malformed(`a line exceeds ${MAX_LINE_BYTES} bytes`);
  const line = decoding.line + wire.toString("latin1", start, end);
  decoding.line = newline === -1 ? line : "";
  if (newline === -1) return end;
  if (!line.endsWith("\r\n")) throw malformed("a line does not end in CRLF");
  read(decoding, line.slice(0, -2));
  return end;
}

function takeData(decoding: Decoding, available: Buffer): Buffer {
  const data = available.subarray(0, decoding.remainingBytes);
  decoding.remainingBytes -= data.length;
  if (decoding.remainingBytes === 0) decoding.expecting = "end of data";
  return data;
}

function decode(decoding: Decoding, wire: Buffer, push: (data: Buffer) => void): void {
  let position = 0;
  while (position < wire.length) {
    if (decoding.expecting === "nothing") throw malformed("data follows its end");
    if (decoding.expecting === "data") {
      const data = takeData(decoding, wire.subarray(position));
      push(data);
      position += data.length;
    } else {
      position = takeLine(decoding, wire, position, LINE_READERS[decoding.expecting]);
    }
  }
}

/**
 * Decodes `Content-Encoding: aws-chunked`: `<hex size>[;chunk-signature=...]` CRLF, data, CRLF, ..., a chunk of size 0,
 * trailers, CRLF. Signatures are read over, not verified.
 *
 * The stream fails with S3Error `InvalidRequest` (malformed), `InvalidChunkSizeError` (a chunk but the last under 8,192
 * bytes), `MalformedTrailerError` or `IncompleteBody` (it ended early).
 *
 * Source: Amazon S3 API Reference, "Signature Calculations: Transferring Payload in Multiple Chunks".
 */
export function awsChunkedDecoder(): AwsChunkedDecoder {
  const decoding: Decoding = {
    trailers: new Map(),
    expecting: "size",
    line: "",
    remainingBytes: 0,
    shortChunkBytes: undefined,
  };
  const stream = new Transform({
    transform(wire: Buffer, _encoding, done) {
      try {
        decode(decoding, wire, (data) => this.push(data));
        done();
      } catch (error) {
        done(error instanceof Error ? error : malformed(String(error)));
      }
    },
    flush: (done) => done(decoding.expecting === "nothing" ? null : new S3Error("IncompleteBody")),
  });
  return { stream, trailers: decoding.trailers };
}
