import fc from "fast-check";
import { expect, test } from "vitest";
import { JOURNAL_FIELD, readJournal, writeJournal } from "./part-journal.js";

const EXECUTION = `arn:aws:states:us-east-1:123456789012:execution:${"M".repeat(80)}:${"x".repeat(80)}`;

const routeValue = fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.double({ noNaN: true }), fc.boolean());

/** As much as a step may expose. */
const route = fc
  .dictionary(fc.string({ unit: "binary", maxLength: 20 }), routeValue, { maxKeys: 20 })
  .filter((values) => Buffer.byteLength(JSON.stringify(values)) <= 1_024)
  .map((values) => JSON.parse(JSON.stringify(values)) as object);

const entryOf = (state: string, values: object) => ({
  step: "s".repeat(64),
  enteredAt: "2030-01-01T00:00:00.000Z",
  attempt: 1,
  committedAt: "2030-01-01T00:00:00.000Z",
  durationMs: 900_000,
  execution: EXECUTION,
  state,
  item: 99_999_999,
  items: 100_000_000,
  round: 12,
  route: values,
});

test("any entry is kept in ASCII within S3's 2 KB, and reads back the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), route, (state, values) => {
      const entry = entryOf(state, values);

      const metadata = writeJournal(entry) ?? {};

      const value = metadata[JOURNAL_FIELD] ?? "";
      expect(value).toMatch(/^[\x20-\x7e]+$/);
      expect(JOURNAL_FIELD.length + value.length).toBeLessThanOrEqual(2_048);
      expect(readJournal(metadata)).toEqual(entry);
    }),
  );
});

test("an ordinary entry can be read where it lies", () => {
  expect(writeJournal({ step: "grüße", attempt: 1 })).toEqual({
    "sfs3-journal": '{"step":"gr\\u00fc\\u00dfe","attempt":1}',
  });
});

test("what does not fit is not written in part", () => {
  const noise = Array.from({ length: 4_000 }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7_919) % 20_000))).join(
    "",
  );

  expect(writeJournal({ step: noise })).toBeUndefined();
});

test.each(["", "nope", "[]", "null", "deflate:", "deflate:AAAA", "deflate:nope"])("%j is no entry", (value) => {
  expect(readJournal({ [JOURNAL_FIELD]: value })).toBe("malformed");
});

test("no entry is not a malformed one", () => {
  expect(readJournal({})).toBeUndefined();
  expect(readJournal(undefined)).toBeUndefined();
});
