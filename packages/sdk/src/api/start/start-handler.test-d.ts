import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { type FlowDefinition, flow, type InputOf } from "../../flow/index.js";
import { createStartHandler, type HttpHandler } from "../index.js";

const Order = z.object({ orderId: z.string(), note: z.string().optional(), at: z.date() });
const charge = defineStep(z.object({ orderId: z.string() }), z.object({ cents: z.number() }), () => ({ cents: 1 }), {
  name: "charge",
});
const orders = flow("Orders", { input: Order }).step(charge);

interface OrderInput {
  orderId: string;
  note?: string;
  at: string;
}

test("a flow's input is its own keys as JSON, without what steps write", () => {
  expectTypeOf<InputOf<typeof orders>>().toEqualTypeOf<OrderInput>();
  expectTypeOf<InputOf<FlowDefinition>>().toEqualTypeOf<Readonly<Record<string, unknown>>>();
});

test("authorize is given the input of the flow, or of the schema", () => {
  const handler = createStartHandler({
    flow: orders,
    authorize: ({ input, identity, subtopic }) => {
      expectTypeOf(input).toEqualTypeOf<OrderInput>();
      expectTypeOf(identity?.subject).toEqualTypeOf<string | undefined>();
      return subtopic === input.orderId;
    },
  });
  expectTypeOf(handler).toEqualTypeOf<HttpHandler>();

  createStartHandler({
    inputSchema: Order,
    authorize: async ({ input }) => {
      expectTypeOf(input).toEqualTypeOf<OrderInput>();
      return true;
    },
  });

  // @ts-expect-error what steps write is not there yet
  createStartHandler({ flow: orders, authorize: ({ input }) => input["charge-output"] !== undefined });
  // @ts-expect-error a date is text in JSON
  createStartHandler({ flow: orders, authorize: ({ input }) => input.at.getTime() > 0 });
  // @ts-expect-error authorize decides: true or false
  createStartHandler({ flow: orders, authorize: () => "yes" });
});

test("a process is described once, and options are spelt right", () => {
  // @ts-expect-error neither a flow nor a schema
  createStartHandler({ bucketName: "b" });
  // @ts-expect-error both
  createStartHandler({ flow: orders, inputSchema: Order });
  // @ts-expect-error a flow, not its name
  createStartHandler({ flow: "Orders" });
  // @ts-expect-error misspelt
  createStartHandler({ flow: orders, bucket: "b" });
});
