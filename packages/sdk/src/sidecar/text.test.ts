import fc from "fast-check";
import { expect, test } from "vitest";
import { textOf } from "./text.js";

/** Texts of megabytes are compared, and not printed. */
const asNodeSays = (bytes: Buffer): void => {
  expect(textOf(bytes) === bytes.toString("utf8")).toBe(true);
};

test("any bytes are the text that Node.js makes of them, UTF-8 or not", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => asNodeSays(Buffer.from(bytes))));
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => asNodeSays(Buffer.from(text))));
});

test.each([
  ["ASCII", "a", 0],
  ["two bytes a letter", "é", 1],
  ["three bytes a letter", "ł", 2],
  ["surrogate pairs", "😀", 3],
])("a text of 100 KB, of %s, and one that begins within a larger buffer", (_, letter, offset) => {
  const bytes = Buffer.from("x".repeat(offset) + letter.repeat(100_000));

  expect(textOf(bytes.subarray(offset))).toBe(letter.repeat(100_000));
});

test("beyond 16 MiB the text is the same", () => {
  const bytes = Buffer.alloc(16 * 1024 * 1024 + 2, "é");

  asNodeSays(bytes);
  asNodeSays(bytes.subarray(2));
});
