import { basename, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { objectFileName } from "./object-file-name.js";

const key = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
  fc.constantFrom("..", "../..", "/", "a/../../b", "con", "nul.txt", "\0", "C:\\x", ".", "a\nb", "💥".repeat(256)),
);

test("the file of any key lies in its folder, under a name every file system takes", () => {
  fc.assert(
    fc.property(key, (name) => {
      const file = objectFileName(name);

      expect(file).toMatch(/^[a-z0-9_-]{0,48}-[0-9a-f]{64}\.object$/);
      expect(basename(join("/data", file))).toBe(file);
    }),
  );
});

test("keys that differ have files that differ, also where case is ignored", () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { minLength: 2, maxLength: 8 }), (keys) => {
      expect(new Set(keys.map((name) => objectFileName(name).toLowerCase())).size).toBe(keys.length);
    }),
  );
  expect(objectFileName("A")).not.toBe(objectFileName("a"));
});

test("the name begins with what can be read of the key", () => {
  expect(objectFileName("0x58/Step A.json")).toMatch(/^0x58_step_a_json-/);
});
