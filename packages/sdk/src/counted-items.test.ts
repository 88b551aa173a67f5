import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";
import { createTestStack, testStep } from "./testing/index.js";

const split = defineStep(
  z.object({ text: z.string() }),
  z.object({ lines: z.array(z.string()), inner: z.object({ words: z.array(z.string()) }) }),
  ({ text }) => ({ lines: text.split("\n"), inner: { words: text.split(/\s/) } }),
  { name: "split", route: ({ lines }) => ({ first: lines[0] ?? "" }) },
);
const numbers = defineStep(z.object({}), z.array(z.number()), () => [1, 2, 3], { name: "numbers" });

const entry = { execution: "arn:run", state: "split", enteredAt: "2030-01-01T00:00:00.000Z", attempt: 1 };
const sidecar = { text: "a b\nc" };

describe("a step whose machine asks for the items of its arrays", () => {
  test("tells how many there are, beside what others told before it", async () => {
    const { payload } = await testStep(split, {
      sidecar,
      event: {
        route: { $items: { "old-output": 7 } },
        sfs3: { ...entry, counts: ["split-output.lines", "split-output.inner.words"] },
      },
    });

    expect(payload?.route).toEqual({
      $items: { "old-output": 7, "split-output.lines": 2, "split-output.inner.words": 3 },
      split: { first: "a b" },
    });
  });

  test("counts an output that is an array itself", async () => {
    const { payload } = await testStep(numbers, { sidecar, event: { sfs3: { ...entry, counts: ["numbers-output"] } } });

    expect(payload?.route).toEqual({ $items: { "numbers-output": 3 } });
  });

  test("tells the same when it is asked again after its commit", async () => {
    const stack = createTestStack();
    const event = { sfs3: { ...entry, counts: ["split-output.lines"] } };
    const first = await testStep(split, { stack, sidecar, event });

    const again = await testStep(split, { stack, event: { sfs3: { ...event.sfs3, attempt: 2 } } });

    expect(again.payload).toEqual(first.payload);
    expect(again.puts).toHaveLength(1);
  });

  test("fails where there is no array", async () => {
    const { error } = await testStep(split, { sidecar, event: { sfs3: { ...entry, counts: ["split-output.inner"] } } });

    expect(error).toMatchObject({ name: "StepOutputError" });
    expect(error?.message).toContain("no array at 'split-output.inner'");
  });

  test("refuses what is no list of names", async () => {
    const { error } = await testStep(split, { sidecar, event: { sfs3: { ...entry, counts: [""] } } });

    expect(error).toMatchObject({ name: "InvalidEventError" });
    expect(error?.message).toContain("sfs3.counts must be a list of non-empty strings");
  });
});
