import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPacketMeter, MAX_PACKET_BYTES } from "./mqtt-packets.js";

/** Source: MQTT 3.1.1, 2.2.3, the algorithm that encodes a length. */
function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  let left = length;
  do {
    bytes.push((left % 128) + (left >= 128 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return bytes;
}

const packet = (length: number) => Buffer.concat([Buffer.from([0x30, ...lengthBytes(length)]), Buffer.alloc(length)]);

/** Cuts bytes into pieces of these sizes, over and over. */
function* pieces(bytes: Buffer, sizes: readonly number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

describe("packets within the limit", () => {
  test("pass, however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(300), fc.constantFrom(0, 127, 128, 16_383, 16_384, MAX_PACKET_BYTES)), {
          maxLength: 6,
        }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 4 }),
        (lengths, sizes) => {
          const isWithin = createPacketMeter();

          for (const piece of pieces(Buffer.concat(lengths.map(packet)), sizes)) expect(isWithin(piece)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("a packet over the limit", () => {
  test("is known by its header, after any packets before it and however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(300), { maxLength: 4 }),
        fc.integer({ min: MAX_PACKET_BYTES + 1, max: 268_435_455 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }),
        (before, length, sizes) => {
          const isWithin = createPacketMeter();
          const bytes = Buffer.concat([...before.map(packet), Buffer.from([0x30, ...lengthBytes(length)])]);

          const verdicts = [...pieces(bytes, sizes)].map(isWithin);

          expect(verdicts.at(-1)).toBe(false);
        },
      ),
    );
  });

  test("is also one whose length has more than four bytes", () => {
    expect(createPacketMeter()(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x00]))).toBe(false);
  });
});
