import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { LocalStack } from "@sfs3/local";
import { expect, test } from "vitest";
import { downstream, processA } from "../src/flow.js";
import { deploy } from "./fixtures/use-stack.js";

const CLIENT = fileURLToPath(new URL("../client", import.meta.url));

/** `node client <args>`, with what `sfs3 dev` tells to export. */
async function run(stack: LocalStack, ...args: readonly string[]) {
  const env = { PATH: process.env.PATH, ...stack.environment, BUCKET_NAME: "sfs3" };
  const child = spawn(process.execPath, [CLIENT, ...args], { env });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { lines: stdout.trimEnd().split("\n"), stderr, code };
}

test("the polling client prints transaction, execution and each status until the process has ended", async () => {
  const { stack, document } = await deploy(new URL("../src/flow.ts", import.meta.url), { processA, downstream });

  const { lines, code } = await run(stack, stack.stateMachineArn("ProcessA"));

  const [transaction = "", execution, ...statuses] = lines;
  const [, id = ""] = /^transaction (0x[0-9a-f]{32})$/.exec(transaction) ?? [];
  expect(execution).toBe(`execution arn:aws:states:us-east-1:000000000000:execution:ProcessA:${id}`);
  expect(statuses.slice(0, -1).every((status) => status === "RUNNING")).toBe(true);
  expect([statuses.at(-1), code]).toEqual(["SUCCEEDED", 0]);
  expect(await document(id)).toMatchObject({ foo: "foo val", "step-e-output": { e: "e output" } });
});

test("a process that fails ends it with 1, and a missing argument with the usage and 2", async () => {
  const { stack } = await deploy(new URL("../src/flow.ts", import.meta.url), { processA, downstream });
  const definition = JSON.stringify({ StartAt: "No", States: { No: { Type: "Fail", Error: "No" } } });
  const { stateMachineArn } = await stack.stepFunctions.createStateMachine({
    name: "No",
    definition,
    roleArn: stack.roleArn,
  });

  const failed = await run(stack, stateMachineArn);
  const misused = await run(stack);

  expect([failed.lines.at(-1), failed.code]).toEqual(["FAILED", 1]);
  expect([misused.stderr.includes("Usage: node client <state-machine-arn>"), misused.code]).toEqual([true, 2]);
});
