import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collect } from "../fixtures/collect.js";
import type { Json } from "../json.js";
import { type BatchLimits, batches, type ChildInput } from "./item-batcher.js";

async function* eachOf(items: readonly Json[]): AsyncGenerator<Json> {
  yield* items;
}

const batched = (items: readonly Json[], limits: Partial<BatchLimits>): Promise<ChildInput[]> =>
  collect(batches(eachOf(items), { maxItems: 1_000, maxInputBytes: 262_144, batchInput: undefined, ...limits }));

const inputsOf = (made: readonly ChildInput[]) => made.map(({ input }) => input as { readonly Items: readonly Json[] });

describe("batches", () => {
  test("hold as many items as they may, the last one what is left", async () => {
    const made = await batched([1, 2, 3, 4, 5], { maxItems: 2 });

    expect(made).toEqual([
      { input: { Items: [1, 2] }, itemCount: 2 },
      { input: { Items: [3, 4] }, itemCount: 2 },
      { input: { Items: [5] }, itemCount: 1 },
    ]);
  });

  test("carry what each of them is given beside its items", async () => {
    expect(inputsOf(await batched(["a"], { batchInput: { vat: 19 } }))).toEqual([
      { BatchInput: { vat: 19 }, Items: ["a"] },
    ]);
  });

  test("are as large as their bytes let them be", async () => {
    // {"Items":[1,2]} has 15 bytes.
    expect(inputsOf(await batched([1, 2, 3], { maxInputBytes: 15 }))).toEqual([{ Items: [1, 2] }, { Items: [3] }]);
    expect(inputsOf(await batched([1, 2, 3], { maxInputBytes: 14 }))).toHaveLength(3);
  });

  test("of no items are none", async () => {
    expect(await batched([], {})).toEqual([]);
  });

  test("refuse an item that is too large for one of its own", async () => {
    await expect(batched(["x".repeat(50)], { maxInputBytes: 60 })).rejects.toMatchObject({
      error: "States.DataLimitExceeded",
      cause: "A batch of a single item has 64 bytes, more than the 60 that one may have.",
    });
  });

  test("lose no item, keep the order, hold to their limits and waste no room", async () => {
    const limits = fc.record({
      maxItems: fc.integer({ min: 1, max: 7 }),
      maxInputBytes: fc.integer({ min: 200, max: 600 }),
      batchInput: fc.option(fc.record({ unit: fc.string({ maxLength: 5 }) }), { nil: undefined }),
    });
    const item = fc.oneof(fc.string({ unit: "grapheme", maxLength: 20 }), fc.integer(), fc.constant(null));
    await fc.assert(
      fc.asyncProperty(fc.array(item), limits, async (items, limit) => {
        const made = await batched(items, limit);
        const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

        expect(inputsOf(made).flatMap(({ Items }) => Items)).toEqual(items);
        for (const [index, { input, itemCount }] of made.entries()) {
          const { Items } = input as { readonly Items: readonly Json[] };
          expect(itemCount).toBe(Items.length);
          expect(itemCount).toBeGreaterThan(0);
          expect(itemCount).toBeLessThanOrEqual(limit.maxItems);
          expect(bytesOf(input)).toBeLessThanOrEqual(limit.maxInputBytes);
          const next = inputsOf(made)[index + 1]?.Items[0];
          const hasRoom =
            next !== undefined && bytesOf({ ...Object(input), Items: [...Items, next] }) <= limit.maxInputBytes;
          expect(hasRoom && itemCount < limit.maxItems).toBe(false);
        }
      }),
    );
  });
});
