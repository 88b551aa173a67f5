import fc from "fast-check";
import { expect, test } from "vitest";
import { type Entry, type EntryListing, type EntryPage, listEntries } from "./list-entries.js";
import { compareKeys } from "./storage/bucket.js";

function allPages(entries: readonly Entry[], listing: EntryListing): EntryPage<Entry>[] {
  const page = listEntries(entries, listing);
  if (page.next === undefined) return [page];
  return [page, ...allPages(entries, { ...listing, keyMarker: page.next.key, idMarker: page.next.id })];
}

const key = fc.array(fc.constantFrom("a", "b", "/", "-", "é", "😀"), { minLength: 1, maxLength: 5 });
const entries = fc
  .uniqueArray(fc.tuple(key, fc.integer({ min: 1, max: 4 })), { maxLength: 20, selector: ([parts]) => parts.join("") })
  .map((keys) =>
    keys
      .map(([parts, ids]) => ({ key: parts.join(""), ids }))
      .sort((a, b) => compareKeys(a.key, b.key))
      .flatMap(({ key, ids }) => Array.from({ length: ids }, (_, id) => ({ key, id: String(id) }))),
  );
const options = fc.record({
  prefix: fc.constantFrom("", "a", "a/", "b-"),
  delimiter: fc.constantFrom(undefined, "/", "-", "a/"),
  maxEntries: fc.integer({ min: 1, max: 7 }),
});

test("pages hold every entry and every group once, in order, however long a page is", () => {
  fc.assert(
    fc.property(entries, options, (sorted, { prefix, delimiter, maxEntries }) => {
      const matching = sorted.filter((entry) => entry.key.startsWith(prefix));
      const groupOf = (name: string) => {
        const at = delimiter === undefined ? -1 : name.indexOf(delimiter, prefix.length);
        return at === -1 ? undefined : name.slice(0, at + (delimiter ?? "").length);
      };

      const pages = allPages(sorted, { prefix, delimiter, maxEntries, keyMarker: undefined, idMarker: undefined });

      expect(pages.flatMap((page) => page.entries)).toEqual(
        matching.filter((entry) => groupOf(entry.key) === undefined),
      );
      expect(pages.flatMap((page) => page.commonPrefixes)).toEqual([
        ...new Set(matching.flatMap((entry) => groupOf(entry.key) ?? [])),
      ]);
      for (const page of pages) {
        expect(page.entries.length + page.commonPrefixes.length).toBeLessThanOrEqual(maxEntries);
      }
    }),
  );
});

test("a marker without an id is after all entries of its key", () => {
  const sorted = ["a", "b"].flatMap((name) => ["1", "2"].map((id) => ({ key: name, id })));
  const listing = { prefix: "", delimiter: undefined, keyMarker: "a", idMarker: undefined, maxEntries: 9 };

  expect(listEntries(sorted, listing).entries).toEqual([
    { key: "b", id: "1" },
    { key: "b", id: "2" },
  ]);
});
