import fc from "fast-check";
import { expect, test } from "vitest";
import { type Listing, type ListingPage, listObjects } from "./list-objects.js";
import { compareKeys } from "./storage/bucket.js";

function allPages(sortedKeys: readonly string[], listing: Listing): ListingPage[] {
  const page = listObjects(sortedKeys, listing);
  if (page.nextAfter === undefined) return [page];
  return [page, ...allPages(sortedKeys, { ...listing, after: page.nextAfter })];
}

const key = fc
  .array(fc.constantFrom("a", "b", "/", "-", "é", "\uff5e", "😀"), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(""));
const bucketKeys = fc.uniqueArray(key, { maxLength: 40 });
const listing = fc.record({
  prefix: fc.constantFrom("", "a", "a/", "/", "b-"),
  delimiter: fc.constantFrom(undefined, "/", "-", "a/"),
  maxKeys: fc.integer({ min: 1, max: 7 }),
});

test("keys are in the order of their UTF-8 bytes", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 8 })), (keys) => {
      const byBytes = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

      expect([...keys].sort(compareKeys)).toEqual(byBytes);
    }),
  );
});

test("pages hold every key and every group once, in order, however long a page is", () => {
  fc.assert(
    fc.property(bucketKeys, listing, (keys, options) => {
      const { prefix, delimiter, maxKeys } = options;
      const sorted = [...keys].sort(compareKeys);
      const matching = sorted.filter((name) => name.startsWith(prefix));
      const groupOf = (name: string) => {
        const at = delimiter === undefined ? -1 : name.indexOf(delimiter, prefix.length);
        return at === -1 ? undefined : name.slice(0, at + (delimiter ?? "").length);
      };

      const pages = allPages(sorted, { ...options, after: undefined });

      expect(pages.flatMap((page) => page.keys)).toEqual(matching.filter((name) => groupOf(name) === undefined));
      expect(pages.flatMap((page) => page.commonPrefixes)).toEqual([
        ...new Set(matching.flatMap((name) => groupOf(name) ?? [])),
      ]);
      for (const page of pages) expect(page.keys.length + page.commonPrefixes.length).toBeLessThanOrEqual(maxKeys);
    }),
  );
});

test("a listing starts after a key, whether the key exists or not", () => {
  const sorted = ["a", "b", "c", "d"];
  const options = { prefix: "", delimiter: undefined, maxKeys: 10 };

  expect(listObjects(sorted, { ...options, after: "b" }).keys).toEqual(["c", "d"]);
  expect(listObjects(sorted, { ...options, after: "bb" }).keys).toEqual(["c", "d"]);
});

test("a page of no keys is empty and the last", () => {
  expect(listObjects(["a"], { prefix: "", delimiter: undefined, after: undefined, maxKeys: 0 })).toEqual({
    keys: [],
    commonPrefixes: [],
    nextAfter: undefined,
  });
});
