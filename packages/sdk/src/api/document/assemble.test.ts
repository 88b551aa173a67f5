import { text } from "node:stream/consumers";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { LAYOUTS, type Layout, sidecarKey } from "../../sidecar/layout.js";
import { createTestStack, type TestStack, testStep } from "../../testing/index.js";
import { assemble, assembleStream } from "../index.js";

const TXN = "test-transaction";
const step = (name: string, output: unknown) => defineStep(z.object({}), z.unknown(), () => output, { name });
const entered = (state: string, more: object = {}) => ({
  sfs3: { execution: "arn:e", state, enteredAt: "2030-01-01T00:00:00Z", attempt: 1, ...more },
});

/** Two outputs and a Map of 20, none of them in alphabetic order. */
const processOn = async (layout: Layout): Promise<TestStack> => {
  const stack = createTestStack({ layout });
  let nowMs = 1_900_000_000_000;
  const run = (made: ReturnType<typeof step>, event: object) =>
    testStep(made, { stack, event, now: () => (nowMs += 1_000) });
  stack.write(TXN, '{"n":12345678901234567890,"foo":"a"}');
  await run(step("zulu", { z: 1 }), entered("zulu"));
  for (let item = 19; item >= 0; item -= 1) await run(step("map", { item }), entered("map", { item, items: 20 }));
  await run(step("alpha", "ä"), entered("alpha"));
  return stack;
};

const optionsOn = (stack: TestStack) => ({ bucketName: "sidecars", s3: stack.clients.s3 });

test("both layouts give the same document, journal included, in the same order", async () => {
  const [document, parts] = await Promise.all(
    LAYOUTS.map(async (layout) => assemble(sidecarKey(TXN, layout), optionsOn(await processOn(layout)))),
  );

  expect(JSON.stringify(parts)).toBe(JSON.stringify(document));
  expect(Object.keys(parts ?? {})).toEqual(["n", "foo", "zulu-output", "map-output", "alpha-output", "$sfs3"]);
  expect(parts?.["map-output"]).toEqual(Array.from({ length: 20 }, (_, item) => ({ item })));
});

test.each(LAYOUTS)("a stream of the %s layout is the document's text, numbers as they were written", async (layout) => {
  const stack = await processOn(layout);

  const streamed = await text(assembleStream(sidecarKey(TXN, layout), optionsOn(stack)));

  expect(streamed).toContain('"n":12345678901234567890');
  expect(JSON.parse(streamed)).toEqual(await assemble(sidecarKey(TXN, layout), optionsOn(stack)));
});

test("in parts, an item that failed is null also at either end, and what distributed maps leave there is no part", async () => {
  const stack = createTestStack({ layout: "parts" });
  stack.write(TXN, { foo: "a" });
  for (const item of [3, 1])
    await testStep(step("map", { item }), { stack, event: entered("map", { item, items: 5 }) });
  const Key = `${TXN}/$sfs3/map-1/0b9f/manifest.json`;
  await stack.clients.s3.send(new PutObjectCommand({ Bucket: "sidecars", Key, Body: "{}" }));

  const document = await assemble(sidecarKey(TXN, "parts"), optionsOn(stack));
  const streamed = await text(assembleStream(sidecarKey(TXN, "parts"), optionsOn(stack)));

  expect(document["map-output"]).toEqual([null, { item: 1 }, null, { item: 3 }, null]);
  expect(JSON.parse(streamed)).toEqual(document);
});

test.each(LAYOUTS)("no sidecar is no document (%s)", async (layout) => {
  const options = optionsOn(createTestStack());

  await expect(assemble(sidecarKey("none", layout), options)).rejects.toMatchObject({
    name: "S3DataPreconditionError",
  });
  await expect(text(assembleStream(sidecarKey("none", layout), options))).rejects.toMatchObject({
    name: "S3DataPreconditionError",
  });
});

test("parts are asked for at most 16 at a time", async () => {
  const stack = createTestStack({ layout: "parts" });
  stack.write(TXN, {});
  for (let item = 0; item < 50; item += 1)
    await testStep(step("map", item), { stack, event: entered("map", { item, items: 50 }) });
  let running = 0;
  let most = 0;
  const send = stack.clients.s3.send.bind(stack.clients.s3);
  const counted = Object.assign(Object.create(stack.clients.s3), {
    send: async (command: never) => {
      running += 1;
      most = Math.max(most, running);
      const answer = await (send as (command: never) => Promise<unknown>)(command);
      await new Promise(setImmediate);
      running -= 1;
      return answer;
    },
  });

  const document = await assemble(`${TXN}/`, { bucketName: "sidecars", s3: counted });

  expect(document["map-output"]).toEqual(Array.from({ length: 50 }, (_, item) => item));
  expect(most).toBeGreaterThan(8);
  expect(most).toBeLessThanOrEqual(16);
});

test("items that are missing are null, in both forms alike", async () => {
  const stack = createTestStack({ layout: "parts" });
  stack.write(TXN, {});
  for (const item of [1, 3]) await testStep(step("map", item), { stack, event: entered("map", { item, items: 5 }) });

  const whole = await assemble(`${TXN}/`, optionsOn(stack));
  const streamed = JSON.parse(await text(assembleStream(`${TXN}/`, optionsOn(stack)))) as object;

  expect(whole["map-output"]).toEqual([null, 1, null, 3, null]);
  expect(streamed).toEqual(whole);
});

test("an empty input makes an empty document", async () => {
  const stack = createTestStack({ layout: "parts" });
  stack.write(TXN, {});

  expect(await assemble(`${TXN}/`, optionsOn(stack))).toEqual({});
  expect(await text(assembleStream(`${TXN}/`, optionsOn(stack)))).toBe("{}");
});
