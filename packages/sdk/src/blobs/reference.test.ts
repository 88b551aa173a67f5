import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { blob } from "./blob.js";
import { belongsTo, blobFolder, parseReference, referencesOf } from "./reference.js";

const UUID = "58fe985b-6700-4000-8000-000000000000";
const VALID = { key: `txn/blobs/scan/${UUID}`, size: 1, contentType: "image/tiff", checksum: "crc32-oTtqeA==" };
const reference = (change: object = {}) => ({ $blob: { ...VALID, ...change } });

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const genuine = fc.record({
  $blob: fc.record({
    key: fc.tuple(name, name, fc.uuid()).map(([txnId, step, id]) => `${txnId}/blobs/${step}/${id}`),
    size: fc.maxSafeNat(),
    contentType: fc.constantFrom("image/tiff", "text/plain; charset=utf-8", "application/vnd.a+json"),
    checksum: fc
      .uint8Array({ minLength: 4, maxLength: 4 })
      .map((crc) => `crc32-${Buffer.from(crc).toString("base64")}`),
  }),
});

describe("a reference", () => {
  test("reads back as what it was, and satisfies its own JSON Schema", () => {
    const schema = z.fromJSONSchema(z.toJSONSchema(blob()) as never);
    fc.assert(
      fc.property(genuine, (given) => {
        expect(parseReference(given)).toEqual(given);
        expect(schema.safeParse(given).success).toBe(true);
      }),
    );
  });

  test.each([
    ["a parent folder", { key: `txn/blobs/../../other/blobs/scan/${UUID}` }],
    ["an encoded parent folder", { key: `txn/blobs/%2e%2e/${UUID}` }],
    ["the root", { key: `/txn/blobs/scan/${UUID}` }],
    ["a sidecar", { key: "txn" }],
    ["a part", { key: "txn/scan-output.json" }],
    ["an upload of the API", { key: `uploads/txn/blobs/scan/${UUID}` }],
    ["an address", { key: `s3://other-bucket/txn/blobs/scan/${UUID}` }],
    ["a guessable name", { key: "txn/blobs/scan/1" }],
    ["a line after its end", { key: `${VALID.key}\n` }],
    ["a bucket of its own", { bucket: "other-bucket" }],
    ["a size below zero", { size: -1 }],
    ["a size that is no number", { size: "1" }],
    ["a header in its type", { contentType: "image/tiff\r\nx-amz-acl: public-read" }],
    ["another kind of checksum", { checksum: "md5-oTtqeA==" }],
  ])("with %s is none", (_, change) => {
    expect(parseReference(reference(change))).toBeUndefined();
  });

  test("with something beside it, or a part of it on a prototype, is none", () => {
    expect(parseReference({ ...reference(), note: 1 })).toBeUndefined();
    expect(parseReference({ $blob: Object.create(VALID) })).toBeUndefined();
    expect(parseReference(Object.create(reference()))).toBeUndefined();
  });

  test("of whatever else is none", () => {
    fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (value) => parseReference(value) === undefined));
  });

  test("belongs to its own transaction alone, in either layout", () => {
    fc.assert(
      fc.property(genuine, name, ({ $blob: { key } }, other) => {
        const own = key.slice(0, key.indexOf("/"));
        expect([belongsTo(key, own), belongsTo(key, `${own}/`)]).toEqual([true, true]);
        expect(belongsTo(key, other)).toBe(other === own);
        expect(key.startsWith(blobFolder(`${own}/`))).toBe(true);
      }),
    );
  });

  test("is found wherever a step has put it, once, and no other step's", () => {
    const [own, other] = [reference(), reference({ key: `txn/blobs/other/${UUID}` })];
    const output = { a: [own, { deep: own }], b: other, c: { $blob: "text" }, d: null };

    expect(referencesOf(output, { txnId: "txn", step: "scan" })).toEqual([own]);
  });
});
