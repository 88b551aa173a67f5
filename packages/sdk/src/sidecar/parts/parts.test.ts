import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test, vi } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { items } from "../../items.js";
import type { AnyStep } from "../../step.js";
import { createTestStack, type TestStack, testStep } from "../../testing/index.js";

const TXN = "test-transaction/";
const EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:Main:test-transaction";
const Numbered = z.object({ n: z.number() });

const stackOf = (input: unknown = { foo: "" }): TestStack => {
  const stack = createTestStack({ layout: "parts" });
  stack.write(TXN, input);
  return stack;
};

const entered = (state: string, second = 0, more: object = {}) => ({
  sfs3: { execution: EXECUTION, state, enteredAt: `2030-01-01T00:00:0${second}.000Z`, attempt: 1, ...more },
});

/** A step that reads `reads` and writes what it is told. */
const stepOf = (
  name: string,
  reads: readonly string[] = [],
  output: unknown = { n: 1 },
  outputKey = `${name}-output`,
) =>
  defineStep(z.object(Object.fromEntries(reads.map((key) => [key, z.unknown()]))), z.unknown(), () => output, {
    name,
    outputKey,
  });

/** What a step asks S3 for. */
const asked = async (stack: TestStack, step: AnyStep) => {
  const before = stack.requests.length;
  const { error } = await testStep(step, { stack });
  expect(error).toBeUndefined();
  return stack.requests.slice(before).map(({ operation, key }) => `${operation} ${key}`);
};

/** The items of a Map, written by its steps in some order. */
const writeItems = async (
  stack: TestStack,
  indexes: readonly number[],
  { of, second = 0 }: { of?: number; second?: number },
) => {
  const label = defineStep(z.object({}), Numbered, (_, { item = -1 }) => ({ n: item + second * 100 }), {
    name: "label",
  });
  for (const item of indexes) {
    const { error } = await testStep(label, {
      stack,
      event: entered("label", second, { item, ...(of && { items: of }) }),
    });
    expect(error).toBeUndefined();
  }
};

test("a step asks for the parts that its schema names, for its own part's journal, and puts one part", async () => {
  const stack = stackOf({ foo: "a" });
  await testStep(stepOf("a"), { stack });
  await testStep(stepOf("b"), { stack });

  const requests = await asked(stack, stepOf("c", ["a-output", "b-output"]));

  expect(requests.sort()).toEqual([
    "GetObject test-transaction/a-output.json",
    "GetObject test-transaction/b-output.json",
    "HeadObject test-transaction/c-output.json",
    "PutObject test-transaction/c-output.json",
  ]);
});

test("the input is fetched behind a part that is missing; by a step that needed it before, beside the parts", async () => {
  const step = stepOf("reads-input", ["foo"]);
  const first = stackOf({ foo: "a" });
  const second = stackOf({ foo: "a" });

  const requests = { first: await asked(first, step), second: await asked(second, step) };

  expect(requests.first.slice(0, 3)).toEqual([
    "GetObject test-transaction/foo.json",
    "HeadObject test-transaction/reads-input-output.json",
    "GetObject test-transaction/input.json",
  ]);
  expect(requests.second.slice(0, 2)).toEqual([
    "GetObject test-transaction/input.json",
    "GetObject test-transaction/foo.json",
  ]);
});

test("a part stands over the input's key of the same name", async () => {
  const stack = stackOf({ total: 1 });
  await testStep(stepOf("recount", ["total"], 2, "total"), { stack });

  const { document } = await testStep(
    defineStep(z.object({ total: z.number() }), z.number(), ({ total }) => total, { name: "s" }),
    { stack },
  );

  expect(document).toMatchObject({ total: 2, "s-output": 2 });
});

test("of an input whose bytes no step reads none are moved", async () => {
  const stack = stackOf({ large: "x".repeat(100_000) });
  await testStep(stepOf("a"), { stack });

  expect(await asked(stack, stepOf("b", ["a-output"]))).not.toContain("GetObject test-transaction/input.json");
});

test("a loop's next visit replaces what its last one wrote, exactly that version", async () => {
  const stack = stackOf();
  const step = stepOf("s");
  await testStep(step, { stack, event: entered("s", 1) });

  const { error, puts } = await testStep(step, { stack, event: entered("s", 2) });

  expect(error).toBeUndefined();
  expect(puts.map(({ IfNoneMatch, IfMatch }) => [IfNoneMatch, IfMatch])).toEqual([
    ["*", undefined],
    [undefined, '"version-2-2"'],
  ]);
  expect(stack.document(TXN).$sfs3).toMatchObject({ s: { round: 1 } });
});

test("a step replaces what a step before it in the same execution wrote under the same key", async () => {
  const stack = stackOf();
  await testStep(stepOf("draft", [], "draft", "text"), { stack, event: entered("draft", 1) });

  const { error, document } = await testStep(stepOf("final", [], "final", "text"), {
    stack,
    event: entered("final", 2),
  });

  expect([error, document.text]).toEqual([undefined, "final"]);
});

test.each([
  ["another execution's other step", { execution: "arn:other" }],
  ["a step whose payload says nothing", undefined],
])("what %s wrote is a foreign writer's: it stays, before fn runs", async (_, sfs3) => {
  const stack = stackOf();
  const fn = vi.fn(() => "ours");
  await testStep(stepOf("theirs", [], "theirs", "text"), {
    stack,
    event: { sfs3: sfs3 && { ...entered("t").sfs3, ...sfs3 } },
  });

  const { error, document } = await testStep(
    defineStep(z.object({}), z.string(), fn, { name: "ours", outputKey: "text" }),
    { stack, event: entered("ours") },
  );

  expect(error).toMatchObject({ name: "SidecarConflictError", retryable: true });
  expect(error?.message).toBe(
    "Step 'ours' found that another writer has put 'text' into the sidecar of transaction 'test-transaction', and leaves it; " +
      "give one of the two an outputKey of its own.",
  );
  expect(document.text).toBe("theirs");
  expect(fn).not.toHaveBeenCalled();
});

test("a foreign writer that comes while fn runs is left as it is", async () => {
  const stack = stackOf();
  const theirs = stepOf("theirs", [], "theirs", "text");
  const ours = defineStep(
    z.object({}),
    z.string(),
    async () => {
      await testStep(theirs, { stack, event: entered("theirs") });
      return "ours";
    },
    { name: "ours", outputKey: "text" },
  );

  const { error, document } = await testStep(ours, { stack, event: entered("ours") });

  expect([error?.name, document.text]).toEqual(["SidecarConflictError", "theirs"]);
});

test("a first attempt that Lambda runs twice finds that it has committed", async () => {
  const stack = stackOf();
  const fn = vi.fn(() => 1);
  const step = defineStep(z.object({}), z.number(), fn, { name: "s" });

  await testStep(step, { stack, event: entered("s") });
  const again = await testStep(step, { stack, event: entered("s") });

  expect(again.error).toBeUndefined();
  expect(fn).toHaveBeenCalledTimes(1);
});

test("a step that reads nothing needs a sidecar as well", async () => {
  const { error, puts } = await testStep(stepOf("s"), { layout: "parts" });

  expect([error?.name, puts]).toEqual(["S3DataPreconditionError", []]);
});

test("a step that may see everything gets the input, the outputs and the items", async () => {
  const stack = stackOf({ foo: "a" });
  await testStep(stepOf("a"), { stack });
  await writeItems(stack, [1, 0], { of: 2 });
  const step = defineStep(z.looseObject({}), z.unknown(), (data) => data, { name: "all" });

  const { document } = await testStep(step, { stack });

  expect(document["all-output"]).toEqual({ foo: "a", "a-output": { n: 1 }, "label-output": [{ n: 0 }, { n: 1 }] });
});

test("a part that is no JSON is corrupt", async () => {
  const stack = stackOf();
  await stack.clients.s3.send(
    new PutObjectCommand({ Bucket: "test-bucket", Key: "test-transaction/a-output.json", Body: "nope CANARY" }),
  );

  const { error } = await testStep(stepOf("s", ["a-output"]), { stack });

  expect(error?.name).toBe("SidecarCorruptError");
  expect(error?.message).toContain("a-output.json");
  expect(JSON.stringify(error?.message)).not.toContain("CANARY");
});

test.each(["input", "..", "%", "ä/".slice(0, 1), "\ud800", "a".repeat(128), "constructor"])(
  "a step may name its output %j",
  async (outputKey) => {
    const stack = stackOf({ foo: "a" });
    await testStep(stepOf("writer", [], "out", outputKey), { stack });

    const { document, error } = await testStep(stepOf("reader", [outputKey, "foo"]), { stack });

    expect(error).toBeUndefined();
    expect(document).toMatchObject({ foo: "a", [outputKey]: "out" });
  },
);

const total = defineStep(
  z.object({ "label-output": z.array(Numbered) }),
  z.array(z.number()),
  (data) => data["label-output"].map(({ n }) => n),
  { name: "total" },
);

const streamed = defineStep(
  z.object({ "label-output": items(Numbered) }),
  z.array(z.number()),
  async (data) => {
    const all: number[] = [];
    for await (const { n } of data["label-output"]) all.push(n);
    return all;
  },
  { name: "streamed" },
);

test.each([
  ["an array", total],
  ["a stream", streamed],
])("a Map's output is %s in the items' order, whatever order they were written in", async (_, step) => {
  const stack = stackOf();
  const count = 40;
  const indexes = Array.from({ length: count }, (_, at) => (at * 7) % count);
  await writeItems(stack, indexes, { of: count });

  const { error, document } = await testStep(step, { stack });

  expect(error).toBeUndefined();
  expect(document[`${step.options.name}-output`]).toEqual(Array.from({ length: count }, (_, n) => n));
});

test.each([
  ["its last item", total, [0, 1], 3, 2],
  ["its first item", total, [1, 2], 3, 0],
  ["an item between", total, [0, 2], undefined, 1],
  ["its last item", streamed, [0, 1], 3, 2],
] as const)("a Map's output that lacks %s is a precondition", async (_, step, indexes, of, missing) => {
  const stack = stackOf();
  await writeItems(stack, indexes, of === undefined ? {} : { of });

  const { error } = await testStep(step, { stack });

  expect(error?.name).toBe("S3DataPreconditionError");
  expect(error?.message).toMatch(new RegExp(`misses item ${missing} of \\d of 'label-output'`));
});

test("a shorter run of a Map leaves nothing of a longer one in its output", async () => {
  const stack = stackOf();
  await writeItems(stack, [0, 1, 2], { of: 3, second: 1 });
  await writeItems(stack, [0, 1], { of: 2, second: 2 });

  const { document } = await testStep(total, { stack });

  expect(document["total-output"]).toEqual([200, 201]);
  expect(document["label-output"]).toEqual([{ n: 200 }, { n: 201 }]);
});

test("a stream asks for at most 16 items ahead of the one that is read", async () => {
  const stack = stackOf();
  await writeItems(
    stack,
    Array.from({ length: 60 }, (_, at) => at),
    { of: 60 },
  );
  const fetched: number[] = [];
  const step = defineStep(
    z.object({ "label-output": items(Numbered) }),
    z.number(),
    async (data) => {
      const before = stack.requests.filter(({ operation }) => operation === "GetObject").length - 1;
      let read = 0;
      for await (const _ of data["label-output"]) {
        read += 1;
        fetched.push(stack.requests.filter(({ operation }) => operation === "GetObject").length - before - read);
        if (read === 30) break;
      }
      return read;
    },
    { name: "s" },
  );

  await testStep(step, { stack });

  expect(Math.max(...fetched)).toBeLessThanOrEqual(16);
});

test("an item that its schema refuses is refused where it is reached, without a word of its data", async () => {
  const stack = stackOf();
  await testStep(
    defineStep(z.object({}), z.unknown(), () => "CANARY", { name: "label" }),
    { stack, event: entered("label", 0, { item: 0, items: 1 }) },
  );

  const { error } = await testStep(streamed, { stack });

  expect(error?.name).toBe("StepInputError");
  expect(error?.message).toContain("Item 0");
  expect(error?.message).not.toContain("CANARY");
});

test("items in an array of the input are streamed alike", async () => {
  const { document } = await testStep(streamed, { layout: "parts", sidecar: { "label-output": [{ n: 4 }, { n: 2 }] } });

  expect(document["streamed-output"]).toEqual([4, 2]);
});

test("a Map's step whose key the input has is refused: its readers would never find the items", async () => {
  const step = stepOf("label", ["orders"], 1, "orders");

  const { error } = await testStep(step, {
    layout: "parts",
    sidecar: { orders: [1] },
    event: entered("label", 0, { item: 0 }),
  });

  expect(error).toMatchObject({ name: "StepConfigurationError", message: expect.stringContaining("'orders'") });
});

test("bytes moved are what is read and what is written, within 1 %: 20 steps of 100 KB, each reading its predecessor", async () => {
  const stack = stackOf({ foo: "a", unread: "x".repeat(1_000_000) });
  let readBytes = 0;
  const output = { text: "y".repeat(100_000) };
  const steps = Array.from({ length: 20 }, (_, at) => stepOf(`s${at}`, at === 0 ? [] : [`s${at - 1}-output`], output));

  for (const step of steps) {
    const requests = await asked(stack, step);
    const got = requests.flatMap((request) =>
      request.startsWith("GetObject ") ? [request.slice("GetObject ".length)] : [],
    );
    for (const key of got) {
      const name = key.slice(TXN.length);
      readBytes +=
        name === "input.json"
          ? 1_000_000
          : Buffer.byteLength(JSON.stringify(stack.document(TXN)[name.slice(0, -".json".length)]));
    }
  }

  const size = Buffer.byteLength(JSON.stringify(output));
  const writtenBytes = stack.puts.reduce((sum, { Body }) => sum + Buffer.byteLength(String(Body)), 0);
  expect(Math.abs(readBytes / (19 * size) - 1)).toBeLessThan(0.01);
  expect(Math.abs(writtenBytes / (20 * size) - 1)).toBeLessThan(0.01);
});
