import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createDirectProcessClient } from "@sfs3/client/direct";
import { describe, expect, onTestFinished, test } from "vitest";
import { greeting } from "../fixtures/greeting.js";
import { credentialsFor } from "../fixtures/use-api.js";
import { useGreeting } from "../fixtures/use-greeting.js";

const current = useGreeting();

function useDirect({ bucket = current().deployment.bucket, transactionPrefix = "" } = {}) {
  const { stack, deployment } = current();
  const aws = {
    endpoint: stack.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
  const s3 = new S3Client(aws);
  const client = createDirectProcessClient({
    flow: greeting,
    stateMachineArn: deployment.stateMachineArns.Greeting ?? "",
    bucket,
    transactionPrefix,
    subtopic: "worker1",
    iot: { endpoint: stack.mqttWebSocketUrl, region: "us-east-1", credentials: aws.credentials },
    s3,
    sfn: new SFNClient(aws),
    random: () => 0,
  });
  onTestFinished(client.close);
  const sidecarOf = async (id: string) => JSON.parse(String((await stack.s3.getObject(bucket, id))?.body));
  return { stack, bucket, client, s3, sidecarOf };
}

describe("createDirectProcessClient", () => {
  test("writes the sidecar, starts the execution named after the transaction, and learns of its end", async () => {
    const { client, stack, sidecarOf } = useDirect();

    const { transactionId, executionId } = await client.execute({ name: "world" });

    expect(transactionId).toMatch(/^0x[0-9a-f]{32}$/);
    expect(executionId).toBe(`arn:aws:states:us-east-1:000000000000:execution:Greeting:${transactionId}`);
    expect(await sidecarOf(transactionId)).toMatchObject({ name: "world", "greet-output": { text: "Hello, world" } });
    const { input } = await stack.stepFunctions.describeExecution({ executionArn: executionId ?? "" });
    expect(JSON.parse(input ?? "")).toEqual({ processData: transactionId, subtopic: "worker1" });
  });

  test("begins transactions with the prefix that a shared bucket asks for", async () => {
    const { client, sidecarOf } = useDirect({ transactionPrefix: "greeting-" });

    const random = await client.execute({ name: "world" });
    const derived = await client.execute({ name: "world" }, { idempotencyKey: "prefixed" });

    expect(random.transactionId).toMatch(/^greeting-0x[0-9a-f]{32}$/);
    expect(derived.transactionId).toMatch(/^greeting-0x[0-9a-f]{32}$/);
    expect(await sidecarOf(derived.transactionId)).toMatchObject({ name: "world" });
  });

  test("a failure tells the error and the cause of Step Functions", async () => {
    const { client } = useDirect();

    const error = await client.execute({ name: "nobody" }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: "ProcessFailedError", status: "FAILED", error: "NobodyError" });
  });

  test("the same idempotency key is the same process, also when it has ended", async () => {
    const { client, stack, bucket } = useDirect();
    const before = stack.s3.listKeys(bucket).length;

    const first = await client.start({ name: "world" }, { idempotencyKey: "one" });
    await first.completed();
    const second = await client.start({ name: "world" }, { idempotencyKey: "one" });
    const other = await client.start({ name: "world" }, { idempotencyKey: "two" });

    expect(second).toMatchObject({ transactionId: first.transactionId, executionId: first.executionId });
    expect(other.transactionId).not.toBe(first.transactionId);
    await Promise.all([second.completed(), other.completed()]);
    expect(stack.s3.listKeys(bucket)).toHaveLength(before + 2);
  });

  test("two starts under one key that meet in S3 are one process", async () => {
    const { client, s3 } = useDirect();
    let conflicts = 0;
    s3.middlewareStack.add(
      (next) => (args) => {
        if (++conflicts > 2) return next(args);
        throw Object.assign(new Error("A conflicting operation is under way."), { name: "ConditionalRequestConflict" });
      },
      { step: "initialize" },
    );

    const key = { idempotencyKey: "conflict" };
    const ends = await Promise.all([client.execute({ name: "world" }, key), client.execute({ name: "world" }, key)]);

    expect(new Set(ends.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect(conflicts).toBeGreaterThan(2);
  });

  test("an input that the flow does not take is a StartError with the issues; nothing is written", async () => {
    const { client, stack, bucket } = useDirect();
    const before = stack.s3.listKeys(bucket);
    const input: object = { name: 17 };

    const error = await client.start(input as { name: string }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      name: "StartError",
      status: 400,
      issues: [{ path: ["name"], message: "Invalid input: expected string, received number" }],
      message: "The input is not what Greeting takes: name: Invalid input: expected string, received number.",
    });
    const journal: object = { name: "x", $sfs3: {} };
    await expect(client.start(journal as { name: string })).rejects.toMatchObject({
      message: expect.stringContaining("'$sfs3', which is reserved"),
      status: 400,
      retryable: false,
    });
    expect(stack.s3.listKeys(bucket)).toEqual(before);
  });

  test("what AWS refuses is a StartError with its HTTP status", async () => {
    const { client } = useDirect({ bucket: "nowhere" });

    await expect(client.start({ name: "world" })).rejects.toMatchObject({
      name: "StartError",
      status: 404,
      message: expect.stringContaining("its sidecar was not written: NoSuchBucket"),
    });
  });

  test("waitFor finds an execution by its transaction, and refuses what never was", async () => {
    const { client } = useDirect();
    const { transactionId } = await client.execute({ name: "world" });

    expect(await client.waitFor(transactionId)).toMatchObject({ transactionId, status: "SUCCEEDED" });
    await expect(client.waitFor("arn:nonsense")).rejects.toMatchObject({ name: "StateError" });
  });

  test.each([
    ["stateMachineArn", { stateMachineArn: "Greeting" }],
    ["bucket", { bucket: "" }],
    ["transactionPrefix", { transactionPrefix: "a/" }],
    ["no option 'buket'", { buket: "x" }],
  ])("refuses a wrong %s", (expected, wrong) => {
    const options = {
      flow: greeting,
      stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:Greeting",
      bucket: "b",
      iot: async () => credentialsFor("x"),
      ...wrong,
    };

    expect(() => createDirectProcessClient(options)).toThrow(expected);
  });
});
