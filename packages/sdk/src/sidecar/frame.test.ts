import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../define-step.js";
import { createTestStack, testStep } from "../testing/index.js";
import { parseDocument } from "./document.js";
import { json, writtenObject } from "./fixtures/written-object.js";
import { frame, framedMembers } from "./frame.js";
import { members } from "./members.js";

const TXN = "test-transaction";
const Output = z.object({ length: z.number() });
const stepOf = (name: string) =>
  defineStep(z.object({ foo: z.string() }), Output, ({ foo }) => ({ length: foo.length }), { name });

const framed = (text: string) => {
  const bytes = Buffer.from(text);
  return frame(members(bytes).map(({ start, end }) => [bytes.subarray(start, end)]));
};

const sealOf = (bytes: Buffer) => {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return checksum.toString("base64");
};

const errorName = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
};

test("any object that any writer wrote means the same when framed, and has one member a line", () => {
  fc.assert(
    fc.property(writtenObject, ({ text, keys }) => {
      const { bytes } = framed(text);

      expect(JSON.stringify(JSON.parse(bytes.toString()))).toBe(JSON.stringify(JSON.parse(text)));
      expect(bytes.toString().split("\n")).toHaveLength(Math.max(1, keys.length));
    }),
  );
});

test("the bounds that line breaks tell are those that the scan of every byte finds", () => {
  fc.assert(
    fc.property(writtenObject, ({ text, keys }) => {
      const { bytes, seal } = framed(text);

      expect(framedMembers(bytes, seal)).toEqual(keys.length === 0 ? undefined : members(bytes));
    }),
  );
});

test("what is read of a framed document by keys is what a parser reads of the whole", () => {
  const cases = writtenObject.chain((written) =>
    fc.record({ written: fc.constant(written), wanted: fc.option(fc.subarray(written.keys), { nil: undefined }) }),
  );
  fc.assert(
    fc.property(cases, ({ written: { text, keys }, wanted }) => {
      fc.pre(!keys.includes("$sfs3"));
      const { bytes, seal } = framed(text);
      const read = { txnId: TXN, keys: wanted && new Set(wanted) };

      const { value: parts } = parseDocument({ bytes, seal }, read);
      const { value: whole } = parseDocument({ bytes: Buffer.from(text), seal: undefined }, read);

      const visible = (wanted ?? keys).filter((name) => name !== "__proto__");
      for (const name of visible) expect(parts[name]).toEqual(whole[name]);
      if (wanted === undefined) expect(parts).toEqual(whole);
    }),
  );
});

test("who changes the bytes and keeps the seal is not trusted: another byte, an end that is missing, other spacing", () => {
  const changes = fc.oneof(
    fc.record({ at: fc.nat(), byte: fc.nat(255) }).map(({ at, byte }) => (bytes: Buffer) => {
      const changed = Buffer.from(bytes);
      changed[at % bytes.length] = byte;
      return changed;
    }),
    fc.nat().map((length) => (bytes: Buffer) => bytes.subarray(0, length % bytes.length)),
    fc.integer({ min: 0, max: 4 }).map((indent) => (bytes: Buffer) => {
      const text = JSON.stringify(JSON.parse(bytes.toString()), null, indent);
      return Buffer.from(text);
    }),
    json.map((value) => (bytes: Buffer) => {
      const document = { ...(JSON.parse(bytes.toString()) as object), edited: value };
      return Buffer.from(JSON.stringify(document));
    }),
  );
  fc.assert(
    fc.property(writtenObject, changes, ({ text }, change) => {
      const { bytes, seal } = framed(text);
      const changed = change(bytes);
      fc.pre(!changed.equals(bytes));

      expect(framedMembers(changed, seal)).toBeUndefined();
    }),
  );
});

test("bytes under a forged seal are read or refused as corrupt, and nothing else happens", () => {
  const line = fc.oneof(
    fc.constantFrom(
      '"a":1',
      '"a":',
      '"a',
      '"',
      '"\\":1',
      '"a":{"b":',
      '"$sfs3":[]',
      '"$sfs3":{"s":1}',
      '"foo":nope',
      '"a":1,',
    ),
    fc.string({ unit: "binary" }),
    json.map((value) => `"foo":${JSON.stringify(value)}`),
  );
  const text = fc
    .tuple(fc.array(line, { maxLength: 5 }), fc.constantFrom(",\n", "\n", ","), fc.constantFrom("{", "["))
    .map(([lines, separator, open]) => `${open}${lines.join(separator)}}`);
  const bytes = fc.oneof(
    text.map((value) => Buffer.from(value)),
    fc.uint8Array().map((raw) => Buffer.concat([Buffer.from('{"'), raw, Buffer.from("}")])),
  );
  fc.assert(
    fc.property(bytes, (forged) => {
      const stored = { bytes: forged, seal: sealOf(forged) };

      for (const keys of [undefined, new Set(["foo"])]) {
        const outcome = errorName(() => parseDocument(stored, { txnId: TXN, keys }));
        expect(["SidecarCorruptError", undefined]).toContain(outcome);
      }
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["a key twice", '{"foo":"a",\n"f\\u006fo":"b"}'],
  ["a malformed journal", '{"foo":"a",\n"$sfs3":[]}'],
  ["two journals", '{"foo":"a",\n"$sfs3":{},\n"$sfs3":{}}'],
  ["what is no JSON", '{"foo":nope}'],
])("a forged seal does not let %s pass", (_, text) => {
  const bytes = Buffer.from(text);

  const act = () => parseDocument({ bytes, seal: sealOf(bytes) }, { txnId: TXN, keys: new Set(["foo"]) });

  expect(errorName(act)).toBe("SidecarCorruptError");
});

test("a step frames what another hand wrote, and seals it with the checksum that S3 takes", async () => {
  const sidecar = '{\n  "foo": "abc",\n  "list": [\n    1.0\n  ]\n}\n';

  const { text, puts } = await testStep(stepOf("first"), { sidecar });

  expect(text?.split("\n").slice(0, 3)).toEqual([
    '{"foo": "abc",',
    '"list": [     1.0   ],',
    '"first-output":{"length":3},',
  ]);
  const checksum = sealOf(Buffer.from(text ?? ""));
  expect(puts[0]).toMatchObject({ ChecksumCRC32: checksum, Metadata: { "sfs3-seal": checksum } });
});

test("steps on a framed sidecar keep each other's bytes, and meet no member that their schema does not name", async () => {
  const stack = createTestStack();
  await testStep(stepOf("first"), {
    stack,
    sidecar: '{"foo":"abc","n":12345678901234567890,"deep":{"__proto__":{"a":1}}}',
  });
  const lines = stack.text(TXN)?.split("\n") ?? [];

  const { error, text, document } = await testStep(stepOf("second"), { stack });

  expect(error).toBeUndefined();
  expect(text?.split("\n").slice(0, 4)).toEqual(lines.slice(0, 4));
  expect(Object.keys(document.$sfs3 as object)).toEqual(["first", "second"]);
});

test("a writer between two steps, whichever way it writes, is read whole", async () => {
  const stack = createTestStack();
  await testStep(stepOf("first"), { stack, sidecar: { foo: "abc" } });
  const document = { ...stack.document(TXN), foo: "longer\nthan before" };
  stack.write(TXN, JSON.stringify(document, null, 1));

  const { error, document: after } = await testStep(stepOf("second"), { stack });

  expect(error).toBeUndefined();
  expect(after).toMatchObject({ ...document, "second-output": { length: 18 } });
});
