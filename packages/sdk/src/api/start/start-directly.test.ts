import { expect, test } from "vitest";
import * as z from "zod";
import { createTestStack } from "../../testing/index.js";
import { type DirectStart, startDirectly } from "../index.js";

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";

function useStart() {
  const stack = createTestStack();
  const start = (given: Partial<DirectStart> = {}) =>
    startDirectly({
      s3: stack.clients.s3,
      stepFunctions: stack.clients.sfn,
      bucketName: "sidecars",
      stateMachineArn: MACHINE,
      inputSchema: z.object({ orderId: z.string(), lines: z.number().default(1) }),
      input: { orderId: "17" },
      txnId: "order-17",
      ...given,
    });
  return { stack, start };
}

test("writes what the schema makes of the input, and starts the execution that is named after the transaction", async () => {
  const { stack, start } = useStart();

  const executionArn = await start({ subtopic: "worker1" });

  expect(executionArn).toBe("arn:aws:states:us-east-1:123456789012:execution:Orders:order-17");
  expect(stack.document("order-17")).toMatchObject({ orderId: "17", lines: 1 });
  expect(stack.executions).toEqual([
    { stateMachineArn: MACHINE, name: "order-17", input: { processData: "order-17", subtopic: "worker1" } },
  ]);
  expect(stack.puts[0]).toMatchObject({ Bucket: "sidecars", IfNoneMatch: "*", ServerSideEncryption: "AES256" });
});

test("a process in parts starts with its input in a part, under the same id and execution", async () => {
  const { stack, start } = useStart();

  const executionArn = await start({ layout: "parts" });
  await start({ layout: "parts" });

  expect(executionArn).toMatch(/:execution:Orders:order-17$/);
  expect(stack.puts.map(({ Key }) => Key)).toEqual(["order-17/input.json"]);
  expect(stack.executions).toMatchObject([{ name: "order-17", input: { processData: "order-17/" } }]);
});

test("the same start again finds what the first one did; another one under its id is refused", async () => {
  const { stack, start } = useStart();

  const [first, second] = [await start(), await start()];
  const other = start({ input: { orderId: "18" } });

  await expect(other).rejects.toMatchObject({
    name: "StepConfigurationError",
    message: "startDirectly: transaction 'order-17' was started with another input or subtopic; choose another id.",
  });
  expect(second).toBe(first);
  expect([stack.puts.length, stack.executions.length]).toEqual([1, 1]);
});

test.each([
  ["an input that the schema refuses", { input: { orderId: 17 } }, "orderId: Invalid input: expected string"],
  ["a key that is the journal's", { input: { orderId: "17", $sfs3: {} } }, "'$sfs3' is reserved"],
  ["an id that is none", { txnId: "a/b" }, "txnId must be 1 to 64 characters"],
  ["a subtopic that is none", { subtopic: "#" }, "subtopic must be 1 to 64 characters"],
  ["no bucket", { bucketName: "" }, "bucketName must be a non-empty string"],
  ["a machine's bare name", { stateMachineArn: "Orders" }, "stateMachineArn must be a state machine's ARN"],
])("refuses %s, and writes nothing", async (_, given, message) => {
  const { stack, start } = useStart();

  await expect(start(given)).rejects.toThrow(message);

  expect([stack.puts, stack.executions]).toEqual([[], []]);
});
