import fc from "fast-check";
import { expect, test } from "vitest";
import { createBatches } from "./batches.js";

/** Batches on a disk that is full or not. */
function onDisk() {
  const disk = { isFull: false, written: [] as number[] };
  const batches = createBatches<number>({
    write: (items) => {
      if (disk.isFull) throw new Error("full");
      disk.written.push(...items);
    },
    outcome: { failed: (error) => error, written: () => {} },
  });
  return { disk, batches };
}

const ACTIONS = ["add", "flush", "fill", "make room", "pause"] as const;

test("whatever fails in between, all is written once, in its order, and what was flushed is there", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...ACTIONS), { maxLength: 30 }), async (actions) => {
      const { disk, batches } = onDisk();
      let added = 0;

      for (const action of actions) {
        if (action === "add") batches.add(added++);
        if (action === "fill") disk.isFull = true;
        if (action === "make room") disk.isFull = false;
        if (action === "pause") await new Promise((resolve) => setImmediate(resolve));
        if (action === "flush") {
          const isFlushed = await batches.flushed().then(
            () => true,
            () => false,
          );
          expect(isFlushed ? disk.written.length : added).toBe(added);
        }
        expect([...disk.written, ...batches.unwritten()]).toEqual(Array.from({ length: added }, (_, index) => index));
      }
      disk.isFull = false;
      await batches.written();

      expect(disk.written).toEqual(Array.from({ length: added }, (_, index) => index));
    }),
    { numRuns: 200 },
  );
});

test("what could not be written is tried again although nobody asks", async () => {
  const { disk, batches } = onDisk();
  disk.isFull = true;
  batches.add(1);
  await expect(batches.flushed()).rejects.toThrow("full");
  disk.isFull = false;

  await batches.written();

  expect(disk.written).toEqual([1]);
});

test("who waits until it is written waits no longer than to the end of the attempts", async () => {
  const { disk, batches } = onDisk();
  disk.isFull = true;
  batches.add(1);
  const written = batches.written();

  batches.endRetries();

  await expect(written).rejects.toThrow("full");
  expect(batches.unwritten()).toEqual([1]);
});

test("nobody is behind who has never failed", async () => {
  const { disk, batches } = onDisk();
  disk.isFull = true;
  batches.add(1);

  await batches.caughtUp();

  await expect(batches.flushed()).rejects.toThrow("full");
  await expect(batches.caughtUp()).rejects.toThrow("full");
  disk.isFull = false;
  await batches.caughtUp();
  expect(disk.written).toEqual([1]);
});
