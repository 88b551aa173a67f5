import fc from "fast-check";
import { expect, test } from "vitest";
import { partName, readPartName } from "./part-name.js";

/** All that a step may be given as its outputKey. */
const outputKey = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 64 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 128 }).map((units) => {
      return String.fromCharCode(...units);
    }),
    fc.constantFrom(
      "input",
      "INPUT",
      ".",
      "..",
      "...",
      "%",
      "%0069nput",
      "a.json",
      "__proto__",
      "ä",
      "\ud800",
      "\u0000",
    ),
  )
  .map((key) => key.replaceAll("/", "").slice(0, 128))
  .filter((key) => key !== "");

const item = fc.option(fc.integer({ min: 0, max: 99_999_999 }), { nil: undefined });

test("an ordinary key is its part's name", () => {
  expect(partName("step-a-output")).toBe("step-a-output.json");
  expect(partName("label-output", 7)).toBe("label-output/00000007.json");
});

test.each([
  ["input", "%0069nput.json"],
  ["..", "%002e..json"],
  ["50%", "50%0025.json"],
  ["\u0000", "%0000.json"],
  ["\ud800", "%d800.json"],
])("a key that S3 cannot keep, or that the input has, is escaped: %j", (key, name) => {
  expect(partName(key)).toBe(name);
});

test("each key and item has a name of its own, which says them again", () => {
  fc.assert(
    fc.property(outputKey, item, (key, index) => {
      const name = partName(key, index);

      expect(readPartName(name)).toEqual(
        index === undefined ? { kind: "output", key } : { kind: "item", key, item: index },
      );
    }),
  );
});

test("a name fits behind any transaction's id into S3's 1,024 bytes of UTF-8, and no client takes a level for a folder", () => {
  fc.assert(
    fc.property(outputKey, item, (key, index) => {
      const name = partName(key, index);

      expect(Buffer.from(name).toString("utf8")).toBe(name);
      expect(Buffer.byteLength(`${"x".repeat(64)}/${name}`)).toBeLessThanOrEqual(1_024);
      expect(name.split("/").filter((level) => /^\.{0,2}$/.test(level))).toEqual([]);
      expect(name).not.toBe("input.json");
    }),
  );
});

test.each(["a", "a/b.json", "a/1.json", "a/b/00000001.json", "%69nput.json", "/.json", ""])(
  "a name that no step's output has is nothing: %j",
  (name) => {
    expect(readPartName(name)).toBeUndefined();
  },
);
