import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Checksum, crc32, crc32c, crc64nvme } from "./crc.js";

function digest(create: () => Checksum, ...parts: readonly Uint8Array[]): string {
  const checksum = create();
  for (const part of parts) checksum.update(part);
  return checksum.digest().toString("hex");
}

describe.each([
  ["CRC-32", crc32, "cbf43926", "00000000"],
  ["CRC-32C", crc32c, "e3069283", "00000000"],
  ["CRC-64/NVME", crc64nvme, "ae8b14860a799888", "0000000000000000"],
])("%s", (_name, create, check, ofNothing) => {
  test("has the published check value", () => {
    expect(digest(create, Buffer.from("123456789"))).toBe(check);
  });

  test("of nothing is zero", () => {
    expect(digest(create)).toBe(ofNothing);
  });

  test("does not depend on how the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (parts) => {
        expect(digest(create, ...parts)).toBe(digest(create, Buffer.concat(parts)));
      }),
    );
  });
});

// iSCSI's test vectors: RFC 3720, B.4.
test("CRC-32C of 32 zeros and of 32 ones is as RFC 3720 gives it", () => {
  expect(digest(crc32c, Buffer.alloc(32))).toBe("8a9136aa");
  expect(digest(crc32c, Buffer.alloc(32, 0xff))).toBe("62a8ab43");
});

test("CRC-32 is zlib's", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(digest(crc32, bytes)).toBe(zlibCrc32(bytes).toString(16).padStart(8, "0"));
    }),
  );
});
