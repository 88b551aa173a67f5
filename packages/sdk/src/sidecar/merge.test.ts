import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { defineStep } from "../define-step.js";
import { createTestStack, testStep } from "../testing/index.js";
import { LAYOUTS } from "./layout.js";

const TXN = "test-transaction";
const Input = z.object({ foo: z.string() });
const Output = z.object({ length: z.number() });
const measure = defineStep(Input, Output, ({ foo }) => ({ length: foo.length }), {
  name: "measure",
  route: ({ length }) => ({ length }),
});
const sfs3 = { execution: "arn:e", state: "measure", enteredAt: "2030-01-01T00:00:00Z", attempt: 1 };

/** A step during whose `fn` something happens to the sidecar. */
const during = (act: () => void) =>
  defineStep(
    Input,
    Output,
    ({ foo }) => {
      act();
      return { length: foo.length };
    },
    { name: "measure" },
  );

describe.each(LAYOUTS)("in the %s layout", (layout) => {
  test("50 writers at once, met by 412 and 409, leave 50 outputs", async () => {
    const stack = createTestStack({ layout });
    stack.write(TXN, { foo: "abc" });
    stack.fail("PutObject", { status: 409 }, { status: 412 }, { status: 409 });
    const steps = Array.from({ length: 50 }, (_, at) =>
      defineStep(Input, Output, () => ({ length: at }), { name: `writer-${at}` }),
    );

    const results = await Promise.all(steps.map((step) => testStep(step, { stack })));

    expect(results.map(({ error }) => error)).toEqual(Array(50).fill(undefined));
    const document = stack.document(TXN);
    expect(Object.keys(document)).toHaveLength(52);
    expect(steps.map((_, at) => document[`writer-${at}-output`])).toEqual(steps.map((_, at) => ({ length: at })));
    expect(Object.keys(document.$sfs3 as object)).toHaveLength(50);
  });

  test.each([sfs3, undefined])("a write whose answer was lost stands: it is not made twice (%j)", async (entry) => {
    const stack = createTestStack({ layout });
    stack.fail("PutObject", { status: 500, applied: true });

    const result = await testStep(measure, { stack, sidecar: { foo: "abc" }, event: { sfs3: entry } });

    expect(result.error).toBeUndefined();
    expect(result.payload?.route).toEqual({ measure: { length: 3 } });
    expect(result.puts).toHaveLength(1);
  });

  test("the same state entry again returns what the lost response held, without fn", async () => {
    const stack = createTestStack({ layout });
    const fn = vi.fn(({ foo }: { foo: string }) => ({ length: foo.length }));
    const step = defineStep(Input, Output, fn, { name: "measure", route: ({ length }) => ({ length }) });
    const first = await testStep(step, { stack, sidecar: { foo: "abc" }, event: { sfs3 } });

    const again = await testStep(step, { stack, event: { sfs3: { ...sfs3, attempt: 2 } } });
    const nextRound = await testStep(step, { stack, event: { sfs3: { ...sfs3, enteredAt: "later" } } });

    expect(again.payload).toEqual(first.payload);
    expect(nextRound.error).toBeUndefined();
    expect(fn).toHaveBeenCalledTimes(2);
  });

  test("a foreign writer that replaces the sidecar, and removes keys and journal, is respected", async () => {
    const stack = createTestStack({ layout });
    const step = during(() => stack.write(TXN, '{"theirs": 1.0}'));

    const { error, text } = await testStep(step, {
      stack,
      sidecar: { foo: "abc", gone: 1, $sfs3: { other: { attempt: 1 } } },
      now: () => 0,
    });

    expect(error).toBeUndefined();
    expect(text).toBe(
      '{"theirs": 1.0,\n"measure-output":{"length":3},\n' +
        '"$sfs3":{"measure":{"attempt":1,"committedAt":"1970-01-01T00:00:00.000Z","durationMs":0}}}',
    );
  });

  test.each([[{ sfs3 }], [{}]])(
    "a write whose answer was lost stands also under a later one of another writer (%j)",
    async (event) => {
      const stack = createTestStack({ layout });
      stack.fail("PutObject", { code: "ECONNRESET", applied: true });
      const other = defineStep(Input, Output, measure.fn, { name: "other" });
      const fn = vi.fn(measure.fn);
      const step = defineStep(Input, Output, fn, { name: "measure" });

      const result = await testStep(step, {
        stack,
        sidecar: { foo: "abc" },
        event,
        sleep: async () => void (await testStep(other, { stack })),
      });

      expect(result.error).toBeUndefined();
      expect(Object.keys(result.document)).toEqual(["foo", "measure-output", "other-output", "$sfs3"]);
      expect(fn).toHaveBeenCalledTimes(1);
      expect(result.puts).toHaveLength(2);
    },
  );

  test("lost races end 500 ms before the deadline as SidecarConflictError, in time to say so", async () => {
    const stack = createTestStack({ layout });
    stack.fail("PutObject", ...Array.from({ length: 500 }, () => ({ status: 412 }) as const));
    let clockMs = 0;

    const { error, messages } = await testStep(measure, {
      stack,
      sidecar: { foo: "a" },
      now: () => clockMs,
      sleep: async (waitMs) => {
        clockMs += waitMs;
      },
      lambda: { getRemainingTimeInMillis: () => 3_000 },
    });

    expect(error).toMatchObject({ name: "SidecarConflictError", cause: { name: "PreconditionFailed" } });
    expect(clockMs).toBeLessThan(2_500);
    expect(messages.map(({ payload }) => JSON.parse(payload))).toMatchObject([{ status: "FAILED" }]);
  });

  test("what fn returns after its signal is still written, once", async () => {
    let clockMs = 0;
    const late = during(() => {
      clockMs = 2_600;
    });
    const lambda = { getRemainingTimeInMillis: () => 3_000 };
    const stack = createTestStack({ layout });
    stack.fail("PutObject", { status: 409 });

    const written = await testStep(late, { layout, sidecar: { foo: "abc" }, now: () => clockMs, lambda });
    clockMs = 0;
    const lost = await testStep(late, { stack, sidecar: { foo: "abc" }, now: () => clockMs, lambda });

    expect(written.document["measure-output"]).toEqual({ length: 3 });
    expect([lost.error?.name, lost.puts.length]).toEqual(["SidecarConflictError", 0]);
  });
});

describe("in the document layout", () => {
  test("a writer that comes back into a crowd reads once more before it writes", async () => {
    const stack = createTestStack();
    stack.write(TXN, { foo: "abc" });
    const others = [1, 2, 3, 4].map((at) => defineStep(Input, Output, measure.fn, { name: `other-${at}` }));
    const write = (step: (typeof others)[number]) => testStep(step, { stack });
    const [first, ...crowd] = others;
    const step = defineStep(
      Input,
      Output,
      async ({ foo }) => {
        if (first !== undefined) await write(first);
        return { length: foo.length };
      },
      { name: "measure" },
    );
    let waits = 0;
    const operations: string[][] = [];

    const { error, document } = await testStep(step, {
      stack,
      sleep: async () => {
        waits += 1;
        if (waits === 1) for (const other of crowd) await write(other);
        operations.push(stack.requests.slice(-1).map(({ operation }) => operation));
      },
    });

    expect(error).toBeUndefined();
    expect([waits, operations.at(-1)]).toEqual([2, ["GetObject"]]);
    expect(Object.keys(document)).toHaveLength(7);
  });

  test("a sidecar deleted between read and write is a precondition, not a new sidecar", async () => {
    const stack = createTestStack();
    const step = during(() => stack.remove(TXN));

    const { error, text, puts } = await testStep(step, { stack, sidecar: { foo: "abc" } });

    expect(error).toMatchObject({ name: "S3DataPreconditionError" });
    expect([text, puts]).toEqual([undefined, []]);
  });

  test("a foreign writer that leaves no JSON object behind makes the sidecar corrupt, and is not overwritten", async () => {
    const stack = createTestStack();
    const step = during(() => stack.write(TXN, "[]"));

    const { error, text } = await testStep(step, { stack, sidecar: { foo: "abc" } });

    expect([error?.name, text]).toEqual(["SidecarCorruptError", "[]"]);
  });

  test("items of a Map at once fill one array; an item that is missing is null, and what others wrote there stays", async () => {
    const stack = createTestStack();
    stack.write(TXN, '{"foo":"","m-output":[ 1.0 ]}');
    const step = defineStep(Input, z.number(), (_, { item }) => item ?? -1, { name: "m" });
    const items = [9, 1, 7, 3, 5];

    const results = await Promise.all(
      items.map((item) => testStep(step, { stack, event: { sfs3: { ...sfs3, state: "m", item } } })),
    );

    expect(results.map(({ error }) => error)).toEqual(Array(5).fill(undefined));
    expect(stack.text(TXN)).toContain('"m-output":[1.0,1,null,3,null,5,null,7,null,9]');
    expect(Object.keys(stack.document(TXN).$sfs3 as object).sort()).toEqual(["m[1]", "m[3]", "m[5]", "m[7]", "m[9]"]);
  });
});
