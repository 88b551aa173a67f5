import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { awsChunkedDecoder } from "./aws-chunked.js";

async function decode(parts: readonly Uint8Array[]) {
  const { stream, trailers } = awsChunkedDecoder();
  const source = Readable.from(parts.map((part) => Buffer.from(part)));
  source.on("error", (error) => stream.destroy(error));
  const body = await buffer(source.pipe(stream));
  return { body, trailers: Object.fromEntries(trailers) };
}

function decodeText(wire: string) {
  return decode([Buffer.from(wire, "latin1")]);
}

interface WireOptions {
  readonly signed: boolean;
  readonly trailers: Readonly<Record<string, string>>;
}

function encode(chunks: readonly Uint8Array[], { signed, trailers }: WireOptions): Buffer {
  const extension = signed ? `;chunk-signature=${"0a".repeat(32)}` : "";
  const framed = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`),
    chunk,
    Buffer.from("\r\n"),
  ]);
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}\r\n`);
  return Buffer.concat([...framed, Buffer.from(`0${extension}\r\n${lines.join("")}\r\n`)]);
}

/** Cuts `wire` at the given positions. */
function cut(wire: Buffer, positions: readonly number[]): Buffer[] {
  const sorted = [0, ...positions.map((position) => position % (wire.length + 1)).sort((a, b) => a - b), wire.length];
  return sorted.slice(1).map((end, i) => wire.subarray(sorted[i], end));
}

const chunk = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.integer({ min: 8192, max: 9000 }))
  .map(([pattern, length]) => Buffer.alloc(length, pattern));
const chunks = fc
  .tuple(fc.array(chunk, { maxLength: 3 }), fc.option(fc.uint8Array({ minLength: 1, maxLength: 100 })))
  .map(([long, last]) => (last === null ? long : [...long, last]));
const wireOptions = fc.record({
  signed: fc.boolean(),
  trailers: fc.constantFrom({}, { "x-amz-checksum-crc32": "NhCmhg==", "x-amz-trailer-signature": "0a0b" }),
});

const MANY_TRAILERS = Array.from({ length: 20 }, (_, i) => `x-${i}:1\r\n`).join("");

describe("an aws-chunked body", () => {
  test("decodes to the same bytes and trailers however the wire is cut", async () => {
    const positions = fc.array(fc.nat(30_000), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(chunks, wireOptions, positions, async (sent, options, at) => {
        const { body, trailers } = await decode(cut(encode(sent, options), at));

        expect(body.equals(Buffer.concat(sent))).toBe(true);
        expect(trailers).toEqual(options.trailers);
      }),
      { numRuns: 60 },
    );
  });

  test("decodes when it comes byte by byte", async () => {
    const wire = encode([Buffer.from("hello")], { signed: true, trailers: { "x-amz-checksum-crc32": "NhCmhg==" } });

    const { body, trailers } = await decode([...wire].map((byte) => Buffer.from([byte])));

    expect(body.toString()).toBe("hello");
    expect(trailers).toEqual({ "x-amz-checksum-crc32": "NhCmhg==" });
  });

  test("cut short anywhere is IncompleteBody", async () => {
    const wire = encode([Buffer.from("hello")], { signed: false, trailers: { "x-amz-checksum-crc32": "NhCmhg==" } });

    for (let length = 0; length < wire.length; length++) {
      await expect(decode([wire.subarray(0, length)])).rejects.toMatchObject({ code: "IncompleteBody" });
    }
  });

  test.each([
    ["a size that is no number", "zz\r\nhello\r\n0\r\n\r\n", "InvalidRequest"],
    ["an empty size", "\r\nhello\r\n0\r\n\r\n", "InvalidRequest"],
    ["a negative size", "-5\r\nhello\r\n0\r\n\r\n", "InvalidRequest"],
    ["a size beyond what a number holds", "fffffffffffffffff\r\nhello", "InvalidRequest"],
    ["a line that ends in a bare newline", "5\nhello\r\n0\r\n\r\n", "InvalidRequest"],
    ["a chunk longer than its size", "4\r\nhello\r\n0\r\n\r\n", "InvalidRequest"],
    ["a size line without an end", "5".repeat(5000), "InvalidRequest"],
    ["bytes after the end", "5\r\nhello\r\n0\r\n\r\nmore", "InvalidRequest"],
    ["a trailer without a name", "5\r\nhello\r\n0\r\n:value\r\n\r\n", "MalformedTrailerError"],
    ["too many trailers", `0\r\n${MANY_TRAILERS}\r\n`, "MalformedTrailerError"],
    ["a short chunk before the last", "5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n", "InvalidChunkSizeError"],
  ])("with %s is refused", async (_what, wire, code) => {
    await expect(decodeText(wire)).rejects.toMatchObject({ code });
  });

  test("of any bytes either decodes or is refused with a 4xx", async () => {
    const alphabet = fc.constantFrom(
      "0",
      "5",
      "a",
      ";",
      "\r\n",
      "\r",
      "\n",
      ":",
      "x-amz-checksum-crc32:AA==",
      "\u0000",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(alphabet, { maxLength: 30 }), async (tokens) => {
        const outcome = await decodeText(tokens.join("")).catch((error: unknown) => error);

        expect(outcome).toSatisfy(
          (value: { body?: Buffer; status?: number }) =>
            value.body !== undefined || [400, 403].includes(value.status ?? 0),
        );
      }),
    );
  });
});
