import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { items } from "../../items.js";
import { createTestStack, type TestStack, testStep } from "../../testing/index.js";

const TXN = "test-transaction/";
const Label = z.object({ n: z.number() });
const Labels = z.array(Label.nullable());

const label = defineStep(z.object({}), Label, (_, { item = -1 }) => ({ n: item }), { name: "label" });
const join = defineStep(
  z.object({ "label-output": Labels }),
  z.object({ labels: Labels }),
  (data) => ({ labels: data["label-output"] }),
  { name: "join" },
);
const stream = defineStep(
  z.object({ "label-output": items(Label.nullable()) }),
  z.object({ labels: Labels }),
  async (data) => {
    const labels: z.output<typeof Labels> = [];
    for await (const one of data["label-output"]) labels.push(one);
    return { labels };
  },
  { name: "stream" },
);
const loose = defineStep(
  z.looseObject({ "label-output": Labels }),
  z.object({ labels: Labels }),
  (data) => ({ labels: data["label-output"] }),
  { name: "loose" },
);

const stackOf = async (written: readonly number[]): Promise<TestStack> => {
  const stack = createTestStack({ layout: "parts" });
  stack.write(TXN, { foo: "" });
  for (const item of written) {
    const { error } = await testStep(label, { stack, event: { sfs3: { item } } });
    expect(error).toBeUndefined();
  }
  return stack;
};

const mapped = (count: number, gaps: object = {}) => ({ route: { $mapped: { "label-output": count }, $gaps: gaps } });
const GAPS = { "label-output": true };

describe.each([
  ["whole", join, "join-output"],
  ["as a stream", stream, "stream-output"],
  ["by a step that takes whatever is there", loose, "loose-output"],
] as const)("the output of a map that is read %s", (_, step, key) => {
  test("is complete where the machine says how many items there are", async () => {
    const { document, error } = await testStep(step, { stack: await stackOf([1, 0, 2]), event: mapped(3) });

    expect(error).toBeUndefined();
    expect(document[key]).toEqual({ labels: [{ n: 0 }, { n: 1 }, { n: 2 }] });
  });

  test("is not there yet while its last item is missing", async () => {
    const { error } = await testStep(step, { stack: await stackOf([0, 1]), event: mapped(3) });

    expect(error).toMatchObject({ name: "S3DataPreconditionError" });
    expect(error?.message).toContain("misses item 2 of 3 of 'label-output'");
  });

  test("is an empty array after a map without items", async () => {
    const { document, error } = await testStep(step, { stack: await stackOf([]), event: mapped(0) });

    expect(error).toBeUndefined();
    expect(document[key]).toEqual({ labels: [] });
  });

  test("has null for each item that the machine lets be missing, the first and the last as well", async () => {
    const { document } = await testStep(step, { stack: await stackOf([1]), event: mapped(3, GAPS) });

    expect(document[key]).toEqual({ labels: [null, { n: 1 }, null] });
  });

  test("has no items of an earlier, longer run", async () => {
    const { document } = await testStep(step, { stack: await stackOf([0, 1, 2]), event: mapped(2) });

    expect(document[key]).toEqual({ labels: [{ n: 0 }, { n: 1 }] });
  });
});
