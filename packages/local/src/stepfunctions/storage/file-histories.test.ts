import { readdir } from "node:fs/promises";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { HistoryEvent } from "../../asl/index.js";
import { useFolder } from "../../fixtures/use-stack.js";
import { fileHistories } from "./file-histories.js";

const event = (id: number, text = ""): HistoryEvent => ({
  id,
  previousEventId: id - 1,
  timestamp: new Date("2026-01-01T00:00:00.000Z"),
  type: "PassStateEntered",
  details: { name: "Done", input: text },
});

const OUTCOME = {
  failed: (error: unknown) => {
    throw error;
  },
  written: () => {},
};

test("whatever the order of their events, each history is read as it was written, by the next process too", async () => {
  const order = fc.array(fc.record({ id: fc.integer({ min: 1, max: 12 }), text: fc.string({ unit: "grapheme" }) }));
  await fc.assert(
    fc.asyncProperty(order, async (written) => {
      const folder = await useFolder();
      const first = fileHistories(folder, OUTCOME);
      const expected = new Map<number, HistoryEvent[]>();
      for (const { id, text } of written) {
        const events = expected.get(id) ?? [];
        expected.set(id, [...events, event(events.length + 1, text)]);
        first.append(id, event(events.length + 1, text));
        if (text === "") await first.flushed();
      }
      const ids = [...expected.keys()];
      expect(await Promise.all(ids.map(first.read))).toEqual([...expected.values()]);
      const places = new Map(ids.map((id) => [id, first.place(id)]));
      await first.close();

      const second = fileHistories(folder, OUTCOME);
      second.restore({ ended: places, unended: new Map() });
      expect(await Promise.all(ids.map(second.read))).toEqual([...expected.values()]);
      const third = fileHistories(folder, OUTCOME);
      const unended = new Map(ids.map((id) => [id, { pieces: [], segment: 1 }]));
      expect(third.restore({ ended: new Map(), unended })).toEqual(expected);
      await third.close();
    }),
    { numRuns: 25 },
  );
});

test("a history that began before a restart is read across both, and what no place names is deleted", async () => {
  const folder = await useFolder();
  const first = fileHistories(folder, OUTCOME);
  first.append(1, event(1));
  first.append(2, event(1));
  await first.flushed();
  const place = first.place(1);
  await first.close();
  const second = fileHistories(folder, OUTCOME);
  second.restore({ ended: new Map([[1, place]]), unended: new Map() });
  second.append(1, event(2));
  expect(await second.read(1)).toEqual([event(1), event(2)]);
  await second.close();

  fileHistories(folder, OUTCOME).restore({ ended: new Map(), unended: new Map() });

  expect(await readdir(folder)).toEqual([]);
});

test("a log that grows is cut into segments, each history in as many as it needs", async () => {
  const folder = await useFolder();
  const histories = fileHistories(folder, OUTCOME);
  const text = "x".repeat(1024 * 1024);
  for (let id = 1; id <= 10; id++) {
    histories.append(1, event(id, text));
    await histories.flushed();
  }

  expect((await histories.read(1)).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(new Set(histories.place(1).pieces.map(({ segment }) => segment))).toEqual(new Set([1, 2, 3]));
  await histories.close();
});
