import { deployFlows, startProcess } from "@sfs3/local";
import { defineStep } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { useStack } from "./fixtures/use-stack.js";

const Foo = z.object({ foo: z.string() });
const orders = flow("Orders", { input: Foo }).step(defineStep(Foo, Foo, ({ foo }) => ({ foo }), { name: "reserve" }));

async function deployOrders() {
  const stack = await useStack();
  const flows = [{ flow: orders, exportName: "orders" }];
  return { stack, deployment: await deployFlows(stack, { module: "/app/flows.mjs", flows }) };
}

describe("startProcess", () => {
  test("writes the sidecar and starts the execution that is named after the transaction", async () => {
    const { stack, deployment } = await deployOrders();

    const { txnId, executionArn } = await startProcess(stack, deployment, {
      flow: orders,
      input: { foo: "bar" },
      subtopic: "worker1",
    });

    expect(executionArn).toBe(`arn:aws:states:us-east-1:000000000000:execution:Orders:${txnId}`);
    const { input } = await stack.stepFunctions.describeExecution({ executionArn });
    expect(JSON.parse(input ?? "")).toEqual({ processData: txnId, subtopic: "worker1" });
    const sidecar = await stack.s3.getObject(deployment.bucket, txnId);
    expect({ body: sidecar?.body.toString(), type: sidecar?.contentType }).toEqual({
      body: '{"foo":"bar"}',
      type: "application/json",
    });
  });

  test.each(["", "a/b", "#", "+", "ü", "x".repeat(65)])(
    "refuses the subtopic '%s' and writes nothing",
    async (subtopic) => {
      const { stack, deployment } = await deployOrders();

      await expect(startProcess(stack, deployment, { flow: orders, input: { foo: "bar" }, subtopic })).rejects.toThrow(
        `${JSON.stringify(subtopic)} is no subtopic. Use 1 to 64 characters A-Z a-z 0-9 _ -.`,
      );
      expect(stack.s3.listKeys(deployment.bucket)).toEqual([]);
    },
  );

  test("refuses a flow that is not deployed", async () => {
    const { stack, deployment } = await deployOrders();
    const other = flow("Other", { input: Foo });

    await expect(startProcess(stack, deployment, { flow: other, input: { foo: "bar" } })).rejects.toThrow(
      "Other is not deployed. Deploy it with deployFlows first.",
    );
  });
});
