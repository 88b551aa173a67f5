import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../json.js";
import { compileReferencePath } from "./reference-path.js";

const set = (path: string, root: Json, value: Json) => compileReferencePath(path).set(root, value);

describe("a value is set at the place the path names:", () => {
  test.each<[string, Json, Json]>([
    ["$", { a: 1 }, "new"],
    ["$.b", { a: 1 }, { a: 1, b: "new" }],
    ["$.a", { a: 1 }, { a: "new" }],
    ["$.a.b.c", { x: 1 }, { x: 1, a: { b: { c: "new" } } }],
    ["$['a b'].c", { "a b": { d: 1 } }, { "a b": { d: 1, c: "new" } }],
    ["$.list[1]", { list: [1, 2] }, { list: [1, "new"] }],
    ["$.list[0].x", { list: [{ y: 1 }] }, { list: [{ y: 1, x: "new" }] }],
    ["$[0]", [1], ["new"]],
  ])("%s in %j", (path, root, expected) => {
    const before = structuredClone(root);

    expect(set(path, root, "new")).toEqual(expected);
    expect(root).toEqual(before);
  });
});

test("what is not on the way is shared, not copied", () => {
  const root = { kept: { deep: [1] }, changed: { kept: {} } };

  const result = set("$.changed.value", root, 1);

  expect((result as typeof root).kept).toBe(root.kept);
  expect((result as typeof root).changed.kept).toBe(root.changed.kept);
});

describe("a way that leads through what cannot hold it is a conflict:", () => {
  test.each<[string, Json, string]>([
    ["$.a", "text", 'Unable to apply step "a" to input "text"'],
    ["$.a", [1], 'Unable to apply step "a" to input [1]'],
    ["$.a.b", { a: 1 }, 'Unable to apply step "b" to input {"a":1}'],
    ["$.a[2]", { a: [1] }, 'Unable to apply step "2" to input {"a":[1]}'],
    ["$.a[0]", {}, 'Unable to apply step "0" to input {}'],
  ])("%s in %j", (path, root, text) => {
    expect(() => set(path, root, 1)).toThrow(expect.objectContaining({ error: "States.ReferencePathConflict", text }));
  });
});

test.each([
  "a",
  "",
  "$.",
  "$.a[*]",
  "$..a",
  "$.a[0,1]",
  "$.a[1:]",
  "$.a[-1]",
  "$['a','b']",
  "$.a[?(@.b)]",
  "$.a.length()",
  "$$.a",
  "$x.a",
])("what names no single place of the input is refused: %s", (path) => {
  expect(() => compileReferencePath(path)).toThrow("Value is not a Reference Path: ");
});

test("what is read from a place must be there", () => {
  const items = compileReferencePath("$.found.items");

  expect(items.read({ found: { items: [1] } })).toEqual([1]);
  expect(items.get({ found: {} })).toBeUndefined();
  expect(() => items.read({ found: {} })).toThrow(
    expect.objectContaining({
      error: "States.ReferencePathConflict",
      text: 'Unable to apply step "items" to input {"found":{}}',
    }),
  );
});

test("names that JavaScript objects inherit are names like any other", () => {
  const result = set("$.__proto__.constructor", {}, 1);

  expect(JSON.stringify(result)).toBe('{"__proto__":{"constructor":1}}');
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  expect(compileReferencePath("$.__proto__.constructor").get(result)).toBe(1);
  expect(compileReferencePath("$.constructor").get({})).toBeUndefined();
});

test("whatever is set at names in an object is read back from there, and nothing else changes", () => {
  const key = fc.string({ minLength: 1 });
  const path = fc.array(key, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.dictionary(key, fc.integer()), path, fc.jsonValue(), (root, keys, value) => {
      fc.pre(keys.length === 1 || !Object.hasOwn(root, keys[0] ?? ""));
      const reference = compileReferencePath(
        `$${keys.map((name) => `['${name.replace(/['\\]/g, "\\$&")}']`).join("")}`,
      );

      const result = reference.set(root, value as Json);

      expect(reference.get(result)).toBe(value);
      const others = Object.entries(root).filter(([name]) => name !== keys[0]);
      for (const [name, other] of others)
        expect(compileReferencePath(`$['${name.replace(/['\\]/g, "\\$&")}']`).get(result)).toBe(other);
    }),
  );
});
