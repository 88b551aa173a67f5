import { deployFlows } from "@sfs3/local";
import { defineStep } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { useStack } from "./fixtures/use-stack.js";

const Foo = z.object({ foo: z.string() });
const step = <const TName extends string>(name: TName, options: { readonly timeoutSeconds?: number } = {}) =>
  defineStep(Foo, Foo, ({ foo }) => ({ foo }), { ...options, name });
const orders = flow("Orders", { input: Foo, topicRoot: "orders" });
const module = "/app/flows.mjs";

describe("deployFlows", () => {
  test("makes a function a step, with what the step needs in its environment", async () => {
    const stack = await useStack();
    const payment = flow("PaymentOfOrders", { input: Foo }).step(step("pay"));
    const flows = [
      { flow: orders.step(step("reserve")), exportName: "orders" },
      { flow: payment, exportName: "payment" },
    ];

    const { stateMachineArns, bucket } = await deployFlows(stack, {
      module,
      flows,
      environment: { LOG_LEVEL: "WARN" },
    });

    expect({ stateMachineArns, bucket }).toEqual({
      bucket: "sfs3",
      stateMachineArns: {
        Orders: stack.stateMachineArn("Orders"),
        PaymentOfOrders: stack.stateMachineArn("PaymentOfOrders"),
      },
    });
    expect(stack.lambda.listFunctions().map(({ name }) => name)).toEqual(["Orders-reserve", "PaymentOfOrders-pay"]);
    expect(stack.lambda.getFunction("Orders-reserve")).toMatchObject({
      handler: { module, path: ["orders", "handlers", "reserve"] },
      environment: {
        BUCKET_NAME: "sfs3",
        TOPIC_ROOT: "orders",
        ORDERS_STATE_MACHINE_ARN: stack.stateMachineArn("Orders"),
        PAYMENT_OF_ORDERS_STATE_MACHINE_ARN: stack.stateMachineArn("PaymentOfOrders"),
        LOG_LEVEL: "WARN",
      },
    });
  });

  test("has the status notifier announce what the machine cannot, of each machine once, however often it is deployed", async () => {
    const stack = await useStack();
    const waiting = flow("Waiting", { input: Foo, topicRoot: "waiting" }).wait({ seconds: 3_600 }).step(step("never"));
    const flows = [
      { flow: waiting, exportName: "waiting" },
      { flow: orders.wait({ seconds: 3_600 }).step(step("never")), exportName: "orders" },
    ];
    const environment = { LOG_LEVEL: "WARN" };
    const published = vi.spyOn(stack.iot, "publish");

    await deployFlows(stack, { module, flows, environment, statusNotifier: true });
    await deployFlows(stack, { module, flows, environment, statusNotifier: true });
    const [stateMachineArn, input] = [stack.stateMachineArn("Waiting"), '{"processData":"txn-1"}'];
    const { executionArn } = await stack.stepFunctions.startExecution({ stateMachineArn, name: "txn-1", input });
    await stack.stepFunctions.stopExecution({ executionArn });
    await stack.close();

    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual(["waiting/txn-1 FAILED"]);
    expect(stack.lambda.listFunctions().map(({ name }) => name)).toEqual([
      "Orders-never",
      expect.stringMatching(/^Orders-status-notifier-[0-9a-f]{8}$/),
      "Waiting-never",
      expect.stringMatching(/^Waiting-status-notifier-[0-9a-f]{8}$/),
    ]);
  });

  test("gives a function the longest time that a state gives its step", async () => {
    const stack = await useStack();
    const slow = step("slow", { timeoutSeconds: 5 });
    const process = orders
      .step(slow, { timeoutSeconds: 20 })
      .parallel((branch) => branch.step(slow, { as: "slower", timeoutSeconds: 900 }))
      .callback(step("ask", { timeoutSeconds: 7 }), { timeoutSeconds: 86_400 })
      .step(step("plain"));

    await deployFlows(stack, { module, flows: [{ flow: process, exportName: "orders" }] });

    const timeouts = stack.lambda.listFunctions().map(({ name, timeoutSeconds }) => [name, timeoutSeconds]);
    expect(Object.fromEntries(timeouts)).toEqual({ "Orders-slow": 900, "Orders-ask": 7, "Orders-plain": 60 });
  });

  test("cuts names that are too long together, and keeps them apart", async () => {
    const stack = await useStack();
    const process = flow("P".repeat(64), { input: Foo, topicRoot: "p" })
      .step(step("reserve-what-was-ordered"))
      .step(step("reserve-what-was-forgotten"));

    await deployFlows(stack, { module, flows: [{ flow: process, exportName: "orders" }] });

    const names = stack.lambda.listFunctions().map(({ name }) => name);
    expect(names).toHaveLength(2);
    for (const name of names) expect(name).toMatch(/^P{55}-[0-9a-f]{8}$/);
  });

  test("keeps functions apart whose flow and step make the same text together", async () => {
    const stack = await useStack();
    const flows = [
      { flow: flow("orders", { input: Foo }).step(step("eu-charge")), exportName: "orders" },
      { flow: flow("orders-eu", { input: Foo }).step(step("charge")), exportName: "ordersEu" },
    ];

    await deployFlows(stack, { module, flows });

    const functions = stack.lambda.listFunctions().map(({ name, handler }) => [name, handler.path[0]]);
    expect(functions).toEqual([
      ["orders-eu-charge", "orders"],
      [expect.stringMatching(/^orders-eu-charge-[0-9a-f]{8}$/), "ordersEu"],
    ]);
  });

  test("refuses a flow that starts one which is not deployed with it", async () => {
    const hidden = flow("Hidden", { input: Foo }).step(step("pay"));
    const process = orders.step(step("reserve")).start(hidden);

    await expect(
      deployFlows(await useStack(), { module, flows: [{ flow: process, exportName: "orders" }] }),
    ).rejects.toThrow(
      /Orders starts the machine .*Hidden.*not deployed with it\. Export that flow from the same module/,
    );
  });

  test("says of which flow it refuses the definition", async () => {
    const process = orders
      .step(step("reserve"))
      .state("odd", { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage" });

    await expect(
      deployFlows(await useStack(), { module, flows: [{ flow: process, exportName: "orders" }] }),
    ).rejects.toMatchObject({ name: "InvalidDefinition", message: expect.stringMatching(/^Orders: .*odd/) });
  });
});
