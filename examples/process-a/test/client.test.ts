import { fileURLToPath } from "node:url";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { LocalStack } from "@sfs3/local";
import { mockClient } from "aws-sdk-client-mock";
import { expect, onTestFinished, test, vi } from "vitest";
import { main } from "../client/main.js";
import { downstream, processA } from "../src/flow.js";
import { useProgram } from "./fixtures/use-program.js";
import { deploy } from "./fixtures/use-stack.js";

const CLIENT = fileURLToPath(new URL("../client", import.meta.url));

const deployProcessA = () => deploy(new URL("../src/flow.ts", import.meta.url), { processA, downstream });

/** `node client <args>`, with what `sfs3 dev` tells to export. */
const run = (stack: LocalStack, ...args: readonly string[]) =>
  useProgram([CLIENT, ...args], {
    ...stack.environment,
    BUCKET_NAME: "sfs3",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  }).ended();

test("the polling client prints transaction, execution and each status until the process has ended", async () => {
  const { stack, document } = await deployProcessA();

  const { lines, stderr, code } = await run(stack, stack.stateMachineArn("ProcessA"));

  const [transaction = "", execution, ...statuses] = lines;
  const [, id = ""] = /^transaction (0x[0-9a-f]{32})$/.exec(transaction) ?? [];
  expect(execution).toBe(`execution arn:aws:states:us-east-1:000000000000:execution:ProcessA:${id}`);
  expect(statuses.slice(0, -1).every((status) => status === "RUNNING")).toBe(true);
  expect([statuses.at(-1), stderr, code]).toEqual(["SUCCEEDED", "", 0]);
  expect(await document(id)).toMatchObject({ foo: "foo val", "step-e-output": { e: "e output" } });
});

test("a process that fails ends it with 1 and the error; so do a machine that is not there and a missing argument", async () => {
  const { stack } = await deployProcessA();
  const definition = JSON.stringify({
    StartAt: "No",
    States: { No: { Type: "Fail", Error: "No", Cause: "not today" } },
  });
  const machine = { name: "No", definition, roleArn: stack.roleArn };
  const { stateMachineArn } = await stack.stepFunctions.createStateMachine(machine);

  const failed = await run(stack, stateMachineArn);
  const lost = await run(stack, stack.stateMachineArn("Lost"));
  const misused = await run(stack);

  expect(failed).toMatchObject({ code: 1, stderr: "No: not today\n" });
  expect(failed.lines.at(-1)).toBe("FAILED");
  expect(lost).toMatchObject({ code: 1, lines: [], stderr: expect.stringMatching(/^StateMachineDoesNotExist: /) });
  expect(misused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Usage: node client <state-machine-arn>/) });
});

test("an execution that Step Functions does not know of yet is asked for again", async () => {
  vi.useFakeTimers();
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const [s3, sfn] = [mockClient(S3Client), mockClient(SFNClient)];
  onTestFinished(() => {
    vi.useRealTimers();
    write.mockRestore();
    s3.restore();
    sfn.restore();
  });
  const unknown = new ExecutionDoesNotExist({ message: "Execution Does Not Exist", $metadata: {} });
  s3.on(PutObjectCommand).resolves({});
  sfn.on(StartExecutionCommand).resolves({ executionArn: "arn:execution" });
  sfn.on(DescribeExecutionCommand).rejectsOnce(unknown).resolves({ status: "SUCCEEDED" });

  const code = main(["arn:machine"], { BUCKET_NAME: "sidecars" });
  await vi.runAllTimersAsync();

  expect(await code).toBe(0);
  expect(write.mock.calls.at(-1)).toEqual(["SUCCEEDED\n"]);
});
