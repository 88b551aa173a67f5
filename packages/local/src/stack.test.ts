import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { jsonService, startLocalStack } from "@sfs3/local";
import mqtt from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { deferred } from "./fixtures/deferred.js";
import { CAN_LIMIT_DISKS, withFilesUpTo } from "./fixtures/disk-limit.js";
import { clientConfig, useFolder, useStack } from "./fixtures/use-stack.js";

const module = fileURLToPath(new URL("./fixtures/store-order.mjs", import.meta.url));
const TOPIC = "orders/order-1";

const definition = (functionArn: string) =>
  JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "Pause",
    States: {
      Pause: { Type: "Wait", Seconds: 86_400, Next: "Store" },
      Store: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: functionArn, Payload: "{% $states.input %}" },
        Output: "{% $states.result.Payload %}",
        TimeoutSeconds: 30,
        Next: "Tell",
      },
      Tell: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:iotdataplane:publish",
        Arguments: { Topic: TOPIC, Payload: "SUCCEEDED", Qos: 1 },
        Output: "{% $states.input %}",
        End: true,
      },
    },
  });

test("a request that comes before the stack is ready waits, and finds what was made meanwhile", async () => {
  const { promise: ready, resolve: open } = deferred();
  const stack = await useStack({ ready });
  const listed = new S3Client(clientConfig(stack)).send(new ListBucketsCommand({}));
  // MQTT does not wait: by its answer the request before it has come as well.
  const subscriber = await mqtt.connectAsync(stack.mqttUrl);
  await subscriber.endAsync();

  await stack.s3.createBucket("made-first");
  open();

  expect((await listed).Buckets?.map(({ Name }) => Name)).toEqual(["made-first"]);
});

test("an execution stores through S3, tells over MQTT and skips its waits, all by unmodified clients", async () => {
  const stack = await useStack({ skipWaits: true });
  const s3 = new S3Client(clientConfig(stack));
  const sfn = new SFNClient(clientConfig(stack));
  const functionArn = stack.lambda.createFunction({
    name: "store-order",
    handler: { module, path: ["handler"] },
    timeoutSeconds: 20,
  });
  const subscriber = await mqtt.connectAsync(stack.mqttUrl);
  onTestFinished(() => subscriber.endAsync(true).then(() => {}));
  const message = new Promise<string>((resolve) =>
    subscriber.on("message", (_topic, text) => resolve(text.toString())),
  );
  await subscriber.subscribeAsync("orders/+", { qos: 1 });
  const order = { Bucket: "orders", Key: "order-1" };

  await s3.send(new CreateBucketCommand({ Bucket: "orders" }));
  await s3.send(new PutObjectCommand({ ...order, Body: JSON.stringify({ items: [1, 2, 3] }) }));
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({ name: "Orders", definition: definition(functionArn), roleArn: stack.roleArn }),
  );
  expect(stateMachineArn).toBe(stack.stateMachineArn("Orders"));
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(order) }));

  expect(await message).toBe("SUCCEEDED");
  await stack.stepFunctions.completion(executionArn ?? "");
  const { status, output } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect({ status, output }).toEqual({ status: "SUCCEEDED", output: '{"items":3}' });
  const { Body } = await s3.send(new GetObjectCommand(order));
  expect(JSON.parse((await Body?.transformToString()) ?? "")).toEqual({ items: [1, 2, 3], storedBy: "store-order" });
});

describe("close", () => {
  test("ends executions, workers and connections, and may be called again", async () => {
    let hanging = () => {};
    const isHanging = new Promise<void>((resolve) => {
      hanging = resolve;
    });
    const stack = await useStack({ onLog: () => hanging() });
    const functionArn = stack.lambda.createFunction({
      name: "hang",
      handler: { module, path: ["hang"] },
      timeoutSeconds: 900,
    });
    const { stateMachineArn } = await stack.stepFunctions.createStateMachine({
      name: "Hang",
      definition: JSON.stringify({
        QueryLanguage: "JSONata",
        StartAt: "Hang",
        States: { Hang: { Type: "Task", Resource: functionArn, End: true } },
      }),
      roleArn: stack.roleArn,
    });
    const { executionArn } = await stack.stepFunctions.startExecution({ stateMachineArn });
    const socket = connectTcp(stack.port, "127.0.0.1");
    const socketClosed = new Promise<void>((resolve) => socket.once("close", () => resolve()).on("error", () => {}));
    await isHanging;

    await Promise.all([stack.close(), stack.close()]);

    await socketClosed;
    const { status } = await stack.stepFunctions.completion(executionArn);
    expect(status).toBe("ABORTED");
    await expect(fetch(stack.url)).rejects.toThrow("fetch failed");
  });
});

test("a port in use is refused in plain words, and nothing is left open", async () => {
  const { port } = await useStack();

  await expect(startLocalStack({ port, dataDir: await useFolder() })).rejects.toThrow(
    `Port ${port} is in use: stop what uses it or choose another.`,
  );
});

describe("a data folder", () => {
  /** Starts a stack in a process of its own, and says how that ended. */
  const startElsewhere = (dataDir: string, launcher: readonly string[] = []) => {
    const program = `
      import { startLocalStack } from "@sfs3/local";
      await startLocalStack({ dataDir: process.argv[1] }).then(({ close }) => close(), ({ message }) => console.error(message));
    `;
    const [command = "", ...args] = [...launcher, process.execPath, "--input-type=module", "-e", program, dataDir];
    const { status, stderr } = spawnSync(command, args, {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      encoding: "utf8",
      timeout: 20_000,
    });
    return { status, stderr };
  };

  test("that cannot be opened leaves nothing that keeps the process", async () => {
    const file = join(await useFolder(), "file");
    await writeFile(file, "");

    expect(startElsewhere(file)).toEqual({ status: 0, stderr: expect.stringContaining(`'${join(file, "s3")}'`) });
  });

  test.runIf(existsSync("/proc/self"))("in which no folder can be made is refused, and not tried for ever", () => {
    const dataDir = "/proc/sfs3";

    expect(startElsewhere(dataDir)).toEqual({ status: 0, stderr: expect.stringContaining(`'${dataDir}'`) });
  });

  test.runIf(CAN_LIMIT_DISKS)("without room is refused by name, and opens when there is some", async () => {
    const dataDir = await useFolder();

    const { status, stderr } = startElsewhere(dataDir, withFilesUpTo(0));

    expect([status, stderr]).toEqual([0, expect.stringContaining(`The data folder ${join(dataDir, "s3")} cannot be`)]);
    expect(startElsewhere(dataDir)).toEqual({ status: 0, stderr: "" });
  });

  test("in whose place there is a file is refused by name", async () => {
    const file = join(await useFolder(), "file");
    await writeFile(file, "");

    await expect(startLocalStack({ dataDir: join(file, "data") })).rejects.toMatchObject({
      name: "DataFolderError",
      code: "ENOTDIR",
      message: expect.stringMatching(/cannot be written: the file system refuses \(ENOTDIR.*Choose another folder\.$/),
    });
  });

  test("is refused to a second process, and to a second stack, until it is closed", async () => {
    const dataDir = await useFolder();
    const stack = await useStack({ dataDir });
    const inUse = `${join(dataDir, "s3")} is in use by process ${process.pid}; use another folder or stop it.`;

    expect(startElsewhere(dataDir)).toEqual({ status: 0, stderr: expect.stringContaining(inUse) });
    await expect(startLocalStack({ dataDir })).rejects.toThrow(inUse);
    await stack.close();

    expect(startElsewhere(dataDir)).toEqual({ status: 0, stderr: "" });
  });

  test("is free again where the port was in use", async () => {
    const { port } = await useStack();
    const dataDir = await useFolder();
    await startLocalStack({ dataDir, port }).catch(() => {});

    await useStack({ dataDir });

    expect(await readdir(join(dataDir, "s3"))).toContain(".lock");
  });
});

test("the environment leads the clients' default chain to the stack", async () => {
  const { environment, url, mqttUrl, mqttWebSocketUrl, port } = await useStack({ region: "eu-central-1" });

  expect(environment).toEqual({
    AWS_ENDPOINT_URL_S3: url,
    AWS_ENDPOINT_URL_SFN: url,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: url,
    AWS_ENDPOINT_URL_IOT: url,
    AWS_ENDPOINT_URL_LAMBDA: url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  expect([url, mqttUrl, mqttWebSocketUrl]).toEqual([
    `http://127.0.0.1:${port}`,
    `mqtt://127.0.0.1:${port}`,
    `ws://127.0.0.1:${port}/mqtt`,
  ]);
});

test("serves what is added to it on the same port, before what is there", async () => {
  const stack = await useStack();

  stack.serve({
    name: "hello",
    signingNames: [],
    path: /^\/hello$/,
    handle: jsonService(async ({ method }) => ({ status: 200, headers: {}, body: `${method} there` }), {
      maxBodyBytes: 10,
      tooLargeCode: "RequestTooLargeException",
    }),
  });

  expect(await (await fetch(`${stack.url}/hello`, { method: "POST" })).text()).toBe("POST there");
  expect((await fetch(`${stack.url}/hello`, { method: "POST", body: "x".repeat(11) })).status).toBe(413);
  expect((await fetch(`${stack.url}/other`)).status).toBe(403);
});
