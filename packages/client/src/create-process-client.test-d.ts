import { createProcessClient, type InputOf, type ProcessClientOptions, type ProgressEvent } from "@sfs3/client";
import { createDirectProcessClient } from "@sfs3/client/direct";
import { defineStep } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import { expectTypeOf, test } from "vitest";
import * as z from "zod";

declare const options: ProcessClientOptions;

const Order = z.object({ orderId: z.string(), at: z.date(), note: z.string().optional() });
const charge = defineStep(z.object({ orderId: z.string() }), z.object({ ok: z.boolean() }), () => ({ ok: true }), {
  name: "charge",
});
const orders = flow("Orders", { input: Order }).step(charge);

test("the input is the flow's, as JSON, without what its steps write", () => {
  expectTypeOf<InputOf<typeof orders>>().toEqualTypeOf<{ orderId: string; at: string; note?: string }>();

  const client = createProcessClient<typeof orders>(options);
  client.start({ orderId: "17", at: "2026-01-01T00:00:00Z" });
  client.execute({ orderId: "17", at: "2026-01-01T00:00:00Z", note: "x" }, { timeoutMs: 1, idempotencyKey: "k" });
  // @ts-expect-error orderId is a string
  client.start({ orderId: 17, at: "2026-01-01T00:00:00Z" });
  // @ts-expect-error at is missing
  client.execute({ orderId: "17" });
  // @ts-expect-error what a step writes is no input
  client.start({ orderId: "17", at: "", "charge-output": { ok: true } });
});

test("an object type is the input itself; without one, any object is", () => {
  createProcessClient<{ readonly a: number }>(options).start({ a: 1 });
  createProcessClient(options).start({ anything: [1] });
  // @ts-expect-error a is a number
  createProcessClient<{ readonly a: number }>(options).start({ a: "1" });
  // @ts-expect-error an input is an object
  createProcessClient(options).start("text");
});

test("a direct client is typed by the flow that it is given", () => {
  const client = createDirectProcessClient({
    flow: orders,
    stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:Orders",
    bucket: "b",
    iot: { endpoint: "h", region: "r", credentials: { accessKeyId: "a", secretAccessKey: "s" } },
  });
  client.start({ orderId: "17", at: "2026-01-01T00:00:00Z" });
  // @ts-expect-error at is missing
  client.start({ orderId: "17" });
});

test("an end is a success; progress is an async iteration", () => {
  const client = createProcessClient(options);
  expectTypeOf(client.execute({})).resolves.toHaveProperty("status").toEqualTypeOf<"SUCCEEDED">();
  expectTypeOf(client.progress()).toEqualTypeOf<AsyncIterableIterator<ProgressEvent>>();
  // @ts-expect-error units are in the name
  client.waitFor("0x1", { timeout: 5 });
});
