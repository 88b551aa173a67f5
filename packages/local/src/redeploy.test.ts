import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { deployFlows, type LocalStack, startProcess } from "@sfs3/local";
import { defineStep } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { useFolder, useStack } from "./fixtures/use-stack.js";

const Foo = z.object({ foo: z.string() });
const step = <const TName extends string>(name: TName) => defineStep(Foo, Foo, ({ foo }) => ({ foo }), { name });
const orders = flow("Orders", { input: Foo });

const waiting = orders.callback(step("ask"), { timeoutSeconds: 600 }).step(step("answer"));

/** Handlers as plain functions, so that the module needs no package; each line they log says which version they are. */
const handlers = (version: string) => `
  const handler = (event) => {
    console.log(JSON.stringify({ version: "${version}", taskToken: event.sfs3.taskToken }));
    return event;
  };
  export const waiting = { handlers: { ask: handler, answer: handler } };`;

const paying = flow("Payment", { input: Foo }).step(step("pay"));
const hidden = flow("Hidden", { input: Foo }).step(step("pay"));
const SQS = "arn:aws:states:::sqs:sendMessage";

describe("deployFlows, again,", () => {
  test("updates machines and functions, and takes in new flows", async () => {
    const stack = await useStack();
    await deployFlows(stack, { module: "/app/v1.mjs", flows: [{ flow: orders.step(step("first")), exportName: "a" }] });

    await deployFlows(stack, {
      module: "/app/v2.mjs",
      flows: [
        { flow: orders.step(step("first")).step(step("second")), exportName: "b" },
        { flow: paying, exportName: "payment", module: "/app/payment.mjs" },
      ],
    });

    const functions = stack.lambda.listFunctions().map(({ name, handler }) => [name, handler.module, handler.path[0]]);
    expect(functions).toEqual([
      ["Orders-first", "/app/v2.mjs", "b"],
      ["Orders-second", "/app/v2.mjs", "b"],
      ["Payment-pay", "/app/payment.mjs", "payment"],
    ]);
    expect(Object.keys(await statesOf(stack, "Orders"))).toContain("second");
  });

  test.each([
    ["starts a machine that is not deployed with it", paying.start(hidden)],
    ["uses a resource that is not here", paying.state("odd", { Type: "Task", Resource: SQS })],
  ])("leaves everything as it was where one flow %s", async (_, broken) => {
    const stack = await useStack();
    await deployFlows(stack, { module: "/app/v1.mjs", flows: [{ flow: orders.step(step("first")), exportName: "a" }] });
    const flows = [
      { flow: orders.step(step("second")), exportName: "a" },
      { flow: broken, exportName: "payment" },
    ];

    await expect(deployFlows(stack, { module: "/app/v2.mjs", flows })).rejects.toThrow("Payment");

    expect(Object.keys(await statesOf(stack, "Orders"))).toContain("first");
    expect(stack.lambda.listFunctions().map(({ handler }) => handler.module)).toEqual(["/app/v1.mjs"]);
  });
});

test.each([
  { pinFunctions: true, versions: ["v1", "v1", "v2"] },
  { pinFunctions: false, versions: ["v1", "v2", "v2"] },
])(
  "an execution under way, and one after a deployment, with pinFunctions $pinFunctions: $versions",
  async (expected) => {
    const { stack, deploy, start, asked, versions } = await useVersions(expected.pinFunctions);
    await deploy("v1");
    const running = await start();
    const taskToken = await asked();

    await deploy("v2");
    await stack.stepFunctions.sendTaskSuccess({ taskToken, output: "{}" });
    const { status } = await stack.stepFunctions.completion(running.executionArn);
    await start();
    await asked();

    expect({ status, versions: versions() }).toEqual({ status: "SUCCEEDED", versions: expected.versions });
  },
);

/** A stack whose functions are told apart by what they log. */
async function useVersions(pinFunctions: boolean) {
  const folder = await useFolder();
  const tokens = new PassThrough({ objectMode: true });
  const asked = tokens[Symbol.asyncIterator]();
  const heard: string[] = [];
  const stack = await useStack({
    pinFunctions,
    onLog: ({ text }) => {
      const { version, taskToken } = JSON.parse(text);
      heard.push(version);
      if (taskToken !== undefined) tokens.write(taskToken);
    },
  });
  const flows = [{ flow: waiting, exportName: "waiting" }];
  const deploy = (version: string) => {
    const module = join(folder, `${version}.mjs`);
    writeFileSync(module, handlers(version));
    return deployFlows(stack, { module, flows });
  };
  const stateMachineArns = { Orders: stack.stateMachineArn("Orders") };
  return {
    stack,
    deploy,
    start: () => startProcess(stack, { bucket: "sfs3", stateMachineArns }, { flow: waiting, input: { foo: "bar" } }),
    /** The task token of the next question. */
    asked: async (): Promise<string> => (await asked.next()).value,
    versions: () => heard,
  };
}

async function statesOf({ stepFunctions, stateMachineArn }: LocalStack, name: string) {
  const { definition } = await stepFunctions.describeStateMachine({ stateMachineArn: stateMachineArn(name) });
  return JSON.parse(definition).States as Readonly<Record<string, unknown>>;
}
