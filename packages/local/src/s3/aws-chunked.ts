import { Transform } from "node:stream";
import { S3Error } from "./errors.js";

const MAX_LINE_BYTES = 4096;
const MAX_TRAILERS = 16;
const MIN_CHUNK_BYTES = 8192;
const SIZE_LINE = /^(?<size>[0-9a-fA-F]{1,13})(?:;[\x20-\x7e]*)?$/;
const TRAILER_LINE = /^(?<name>[A-Za-z0-9-]+):[ \t]*(?<value>[\x20-\x7e]*?)[ \t]*$/;
const CR = 0x0d;
const LF = 0x0a;

type Expecting = "size" | "data" | "end of data" | "trailer" | "nothing";

/** A decoder and the trailers it has met; they are complete when the decoder has ended. */
export interface AwsChunkedDecoder {
  readonly stream: Transform;
  readonly trailers: ReadonlyMap<string, string>;
}

function malformed(what: string): S3Error {
  return new S3Error("InvalidRequest", { message: `The body is not valid aws-chunked encoding: ${what}.` });
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
  const trailers = new Map<string, string>();
  let expecting: Expecting = "size";
  let line = "";
  let remainingBytes = 0;
  let shortChunkBytes: number | undefined;

  function readSize(text: string): void {
    const digits = SIZE_LINE.exec(text)?.groups?.size;
    if (digits === undefined) throw malformed("a chunk has no valid size");
    remainingBytes = Number.parseInt(digits, 16);
    if (remainingBytes === 0) {
      expecting = "trailer";
      return;
    }
    if (shortChunkBytes !== undefined) {
      throw new S3Error("InvalidChunkSizeError", { details: { BadChunkSize: shortChunkBytes } });
    }
    if (remainingBytes < MIN_CHUNK_BYTES) shortChunkBytes = remainingBytes;
    expecting = "data";
  }

  function readTrailer(text: string): void {
    if (text === "") {
      expecting = "nothing";
      return;
    }
    const { name, value } = TRAILER_LINE.exec(text)?.groups ?? {};
    if (name === undefined || value === undefined || trailers.size === MAX_TRAILERS) {
      throw new S3Error("MalformedTrailerError");
    }
    trailers.set(name.toLowerCase(), value);
  }

  function readEndOfData(text: string): void {
    if (text !== "") throw malformed("a chunk is longer than its size");
    expecting = "size";
  }

  const lineReaders = { size: readSize, "end of data": readEndOfData, trailer: readTrailer } as const;

  function takeLine(wire: Buffer, start: number, read: (text: string) => void): number {
    const newline = wire.indexOf(LF, start);
    const end = newline === -1 ? wire.length : newline + 1;
    if (line.length + end - start > MAX_LINE_BYTES) throw malformed(`a line exceeds ${MAX_LINE_BYTES} bytes`);
    line += wire.toString("latin1", start, end);
    if (newline === -1) return end;
    if (line.charCodeAt(line.length - 2) !== CR) throw malformed("a line does not end in CRLF");
    const text = line.slice(0, -2);
    line = "";
    read(text);
    return end;
  }

  function takeData(wire: Buffer, start: number, push: (data: Buffer) => void): number {
    const end = Math.min(wire.length, start + remainingBytes);
    push(wire.subarray(start, end));
    remainingBytes -= end - start;
    if (remainingBytes === 0) expecting = "end of data";
    return end;
  }

  function decode(wire: Buffer, push: (data: Buffer) => void): void {
    let position = 0;
    while (position < wire.length) {
      if (expecting === "nothing") throw malformed("data follows its end");
      position =
        expecting === "data" ? takeData(wire, position, push) : takeLine(wire, position, lineReaders[expecting]);
    }
  }

  const stream = new Transform({
    transform(wire: Buffer, _encoding, done) {
      try {
        decode(wire, (data) => this.push(data));
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    flush: (done) => done(expecting === "nothing" ? null : new S3Error("IncompleteBody")),
  });
  return { stream, trailers };
}
