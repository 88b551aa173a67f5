import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";
import { item } from "./item.js";
import { parseValue } from "./sidecar/document.js";
import { jsonBytes } from "./sidecar/parts/json-bytes.js";
import { createTestStack, testStep } from "./testing/index.js";

const split = defineStep(
  z.object({ text: z.string() }),
  z.object({ lines: z.array(z.object({ text: z.string() })), title: z.string() }),
  ({ text }) => ({ lines: text.split(" ").map((word) => ({ text: word })), title: "all" }),
  { name: "split" },
);
const shout = defineStep(
  z.object({ "split-output": z.object({ title: z.string(), lines: item(z.object({ text: z.string() })) }) }),
  z.object({ text: z.string() }),
  ({ "split-output": { title, lines } }) => ({ text: `${title}: ${lines.text.toUpperCase()}` }),
  { name: "shout" },
);
const again = defineStep(
  z.object({ "shout-output": item(z.object({ text: z.string() })) }),
  z.object({ text: z.string() }),
  (data) => ({ text: `${data["shout-output"].text}!` }),
  { name: "again" },
);
const ofInput = defineStep(z.object({ words: item(z.string()) }), z.string(), ({ words }) => words, {
  name: "of-input",
});

describe.each(["document", "parts"] as const)("a step of a map in the layout %s that reads its item", (layout) => {
  const key = layout === "parts" ? "txn-of-items/" : "txn-of-items";
  const stackOf = async () => {
    const stack = createTestStack({ layout });
    stack.write(key, { text: "a b c", words: ["x", "y"] });
    await testStep(split, { stack, event: { processData: key } });
    const at = (step: Parameters<typeof testStep>[0], index?: number) =>
      testStep(step, { stack, event: { processData: key, ...(index !== undefined && { sfs3: { item: index } }) } });
    return { stack, at };
  };

  test("gets it from a step's output, from another map's items and from the input", async () => {
    const { stack, at } = await stackOf();

    for (const step of [shout, again])
      for (const index of [0, 1, 2]) expect((await at(step, index)).error).toBeUndefined();
    expect((await at(ofInput, 1)).error).toBeUndefined();

    const document = stack.document(key);
    expect(document["again-output"]).toEqual([{ text: "all: A!" }, { text: "all: B!" }, { text: "all: C!" }]);
    expect(JSON.stringify(document["of-input-output"])).toContain('"y"');
  });

  test("finds it missing where the array is too short, and cannot do without a map", async () => {
    const { at } = await stackOf();

    expect((await at(shout, 7)).error).toMatchObject({ name: "S3DataPreconditionError" });
    const { error } = await at(shout);
    expect(error).toMatchObject({ name: "StepConfigurationError" });
    expect(error?.message).toContain("'split-output.lines'");
  });

  test("refuses one that is not what its schema says", async () => {
    const { stack, at } = await stackOf();
    stack.write(key, { words: [1] });

    expect((await at(ofInput, 0)).error).toMatchObject({ name: "StepInputError" });
  });
});

test("a container sees when an array that it has kept is another one", async () => {
  const stack = createTestStack({ layout: "parts" });
  const processData = "txn-kept/";
  const run = (index: number) => testStep(ofInput, { stack, event: { processData, sfs3: { item: index } } });
  stack.write(processData, { words: ["a", "b"] });
  await run(0);

  stack.write(processData, { words: ["a", "changed"] });
  await run(1);

  expect(stack.document(processData)["of-input-output"]).toEqual(["a", "changed"]);
});

test("pieces of JSON are what parsing all of it gives", () => {
  const value = fc.array(fc.jsonValue(), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(value, fc.jsonValue(), fc.nat(5), fc.boolean(), (array, sibling, index, spaced) => {
      const text = JSON.stringify({ "a~b": { list: array, sibling } }, null, spaced ? 2 : undefined);
      const bytes = jsonBytes(Buffer.from(text));

      for (const _ of ["first", "again"]) {
        const found = bytes.withElement({ path: ["a~b", "list"], index, txnId: "t" });
        const { "a~b": whole } = parseValue(Buffer.from(text), "t") as { "a~b": { list: unknown[]; sibling: unknown } };
        expect(found).toEqual({ "a~b": { list: whole.list[index], sibling: whole.sibling } });
      }
    }),
  );
});
