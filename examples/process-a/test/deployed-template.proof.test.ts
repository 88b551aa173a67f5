import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalStack } from "@sfs3/local";
import { expect, onTestFinished, test } from "vitest";
import { deployTemplate } from "./fixtures/deploy-template.js";
import { useProcessAStack } from "./fixtures/synthesize.js";

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "process-a-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A request to the HTTP API, as IAM has let it through. */
const request = (path: string, body: unknown) => ({
  version: "2.0",
  rawPath: path,
  headers: { "content-type": "application/json" },
  requestContext: {
    http: { method: "POST", path },
    authorizer: { iam: { userArn: "arn:aws:sts::123456789012:assumed-role/worker1/session" } },
  },
  body: JSON.stringify(body),
});

test("what is synthesized is a process: its bundles start it, run its steps, and start the one downstream", async () => {
  const stack = await startLocalStack({ dataDir: useFolder() });
  onTestFinished(() => stack.close());
  const { functionNamed, bucketOf } = await deployTemplate(
    stack,
    useProcessAStack({ bundles: true }).app.synth().directory,
    "ProcessA",
  );
  const executions: string[] = [];
  stack.stepFunctions.onEvent((arn, { type }) => type === "ExecutionStarted" && executions.push(arn));
  const start = async (subtopic: string) => {
    const event = request("/start-process", { foo: "foo val", bar: "bar val", subtopic });
    const { payload } = await stack.lambda.invoke(functionNamed("ProcessA: starts it"), JSON.stringify(event));
    const { statusCode, body } = JSON.parse(payload);
    return { statusCode, body: JSON.parse(body) };
  };

  const refused = await start("worker2");
  const { statusCode, body } = await start("worker1");
  for (const arn of executions)
    expect(await stack.stepFunctions.completion(arn)).toMatchObject({ status: "SUCCEEDED" });

  expect([refused.statusCode, statusCode]).toEqual([403, 201]);
  expect(executions).toEqual([body.executionId, expect.stringContaining(`${body.transactionId}-step-f`)]);
  const sidecar = await stack.s3.getObject(bucketOf("ProcessA: step-a"), body.transactionId);
  expect(JSON.parse(String(sidecar?.body))).toMatchObject({
    foo: "foo val",
    "step-e-output": { e: "e output" },
    "step-f-output": { downstreamExecutionArn: executions[1] },
    "downstream-c-output": { done: true },
  });
});
