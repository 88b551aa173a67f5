import { defineStep } from "@sfs3/sdk";
import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { downstream, processA } from "../src/flow.js";
import { deploy } from "./fixtures/use-stack.js";

const WRITERS = 50;

afterEach(() => vi.unstubAllEnvs());

test("50 writers that merge into one sidecar at once lose no output", async () => {
  const { stack, document } = await deploy(new URL("../src/flow.ts", import.meta.url), { processA, downstream });
  const environment = { ...stack.environment, BUCKET_NAME: "sfs3", TOPIC_ROOT: "writers", LOG_LEVEL: "ERROR" };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await stack.s3.putObject("sfs3", "shared", Buffer.from('{"foo":"foo val"}'));
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    defineStep(z.object({ foo: z.string() }), z.object({ index: z.number() }), () => ({ index }), {
      name: `writer-${index}`,
    }),
  );

  await Promise.all(writers.map((write) => write({ processData: "shared" }, lambdaContext(60_000))));

  const expected = writers.map((_, index) => [`writer-${index}-output`, { index }] as const);
  const { $sfs3: journal, foo, ...outputs } = await document("shared");
  expect(foo).toBe("foo val");
  expect(outputs).toEqual(Object.fromEntries(expected));
  expect(Object.keys(journal as object)).toHaveLength(WRITERS);
});

const lambdaContext = (timeoutMs: number) => {
  const deadlineMs = Date.now() + timeoutMs;
  return { getRemainingTimeInMillis: () => deadlineMs - Date.now() };
};
