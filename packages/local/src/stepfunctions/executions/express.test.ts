import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { clientConfig } from "../../fixtures/use-stack.js";
import { embedded } from "../fixtures/embedded.js";
import { definitionOf, PASS, useClient, WAITING } from "../fixtures/use-client.js";

const FAIL = { Fail: { Type: "Fail", Error: "Broke", Cause: "because" } };

async function useExpress(states: Readonly<Record<string, unknown>> = PASS) {
  const { stack, sfn, roleArn } = await useClient();
  const create = new CreateStateMachineCommand({
    name: "Fast",
    definition: definitionOf(states),
    roleArn,
    type: "EXPRESS",
  });
  const { stateMachineArn = "" } = await sfn.send(create);
  return { stack, sfn, stateMachineArn };
}

describe("StartSyncExecution", () => {
  test("answers with the output, and what the execution is billed by", async () => {
    const { sfn, stateMachineArn } = await useExpress();

    const { $metadata, ...ended } = await sfn.send(
      new StartSyncExecutionCommand({ stateMachineArn, name: "one", input: '{"n":1}', traceHeader: "Root=1" }),
    );

    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(ended).toEqual({
      executionArn: expect.stringMatching(
        /^arn:aws:states:us-east-1:000000000000:express:Fast:one:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      ),
      stateMachineArn,
      name: "one",
      startDate: expect.any(Date),
      stopDate: expect.any(Date),
      status: "SUCCEEDED",
      input: '{"n":1}',
      inputDetails: { included: true },
      output: '{"n":1}',
      outputDetails: { included: true },
      traceHeader: "Root=1",
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 100 },
    });
  });

  test("answers with error and cause of one that failed, and without data where none is asked for", async () => {
    const { sfn, stateMachineArn } = await useExpress(FAIL);

    const ended = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn, includedData: "METADATA_ONLY" }));

    expect(ended).toMatchObject({
      status: "FAILED",
      error: "Broke",
      cause: "because",
      inputDetails: { included: false },
    });
    expect([ended.input, ended.output]).toEqual([undefined, undefined]);
  });

  test("refuses Standard machines, and what StartExecution refuses", async () => {
    const { sfn, stack, stateMachineArn } = await useExpress();
    const standard = await stack.stepFunctions.createStateMachine({ name: "Slow", definition: definitionOf(PASS) });
    const start = (input: ConstructorParameters<typeof StartSyncExecutionCommand>[0]) =>
      sfn.send(new StartSyncExecutionCommand(input));

    await expect(start(standard)).rejects.toMatchObject({ name: "StateMachineTypeNotSupported" });
    await expect(start({ stateMachineArn, input: "{" })).rejects.toMatchObject({ name: "InvalidExecutionInput" });
    await expect(start({ stateMachineArn, name: "a b" })).rejects.toMatchObject({ name: "InvalidName" });
    await expect(start({ stateMachineArn: `${stateMachineArn}s` })).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
    });
  });

  test.each(["127.0.0.1", "localhost"])("is found by a client of %s, in the stack's own process", async (host) => {
    const { stack, stateMachineArn } = await useExpress();
    const sfn = new SFNClient({ ...clientConfig(stack), endpoint: `http://${host}:${stack.port}` });

    const { status } = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn }));

    expect(status).toBe("SUCCEEDED");
  });

  test("is found by the client of another process that imports the sync host", async () => {
    const { stack, stateMachineArn } = await useExpress();
    const program = `
      import { SFNClient, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
      const { status } = await new SFNClient({}).send(new StartSyncExecutionCommand({ stateMachineArn: process.argv[1] }));
      console.log(status);
    `;
    const child = spawn(
      process.execPath,
      ["--import", "@sfs3/local/sync-host", "--input-type=module", "-e", program, stateMachineArn],
      {
        cwd: fileURLToPath(new URL("../../..", import.meta.url)),
        env: { ...process.env, ...stack.environment },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let stdout = "";
    child.stdout.on("data", (text) => {
      stdout += text;
    });

    await once(child, "close");

    expect(stdout.trim()).toBe("SUCCEEDED");
  });
});

describe("an Express execution", () => {
  test("is started as often as one likes under one name, and ends unseen by the API", async () => {
    const { stack, sfn, stateMachineArn } = await useExpress();
    const start = async () =>
      (await sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one" }))).executionArn ?? "";

    const [first, second] = [await start(), await start()];

    expect(first).not.toBe(second);
    expect(await stack.stepFunctions.completion(first)).toMatchObject({ status: "SUCCEEDED", output: "{}" });
    const refused = { name: "InvalidArn", message: "Invalid Arn: 'Resource type not valid in this context: express'" };
    for (const command of [
      new DescribeExecutionCommand({ executionArn: first }),
      new GetExecutionHistoryCommand({ executionArn: first }),
      new StopExecutionCommand({ executionArn: first }),
      new RedriveExecutionCommand({ executionArn: first }),
      new DescribeStateMachineForExecutionCommand({ executionArn: first }),
    ]) {
      await expect(sfn.send(command as DescribeExecutionCommand)).rejects.toMatchObject(refused);
    }
    await expect(sfn.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: "StateMachineTypeNotSupported",
      message: "This operation is not supported by this type of state machine",
    });
  });

  test("is stopped with the stack", async () => {
    const { stack, stateMachineArn } = await useExpress({ Pause: { Type: "Wait", Seconds: 60, End: true } });
    const { executionArn } = await stack.stepFunctions.startExecution({ stateMachineArn });

    await stack.close();

    expect(await stack.stepFunctions.completion(executionArn)).toMatchObject({
      status: "ABORTED",
      error: "Sfs3.ProcessStopped",
    });
  });
});

test.each([
  [WAITING, "Express state machine does not support '.waitForTaskToken' service integration at /States/Ask/Resource"],
  [
    { Run: { Type: "Task", Resource: "arn:aws:states:::states:startExecution.sync:2", Arguments: {}, End: true } },
    "Express state machine does not support '.sync' service integration at /States/Run/Resource",
  ],
  [
    { Run: { Type: "Task", Resource: "arn:aws:states:us-east-1:000000000000:activity:a", End: true } },
    "Express state machine does not support Activity ARN at /States/Run/Resource",
  ],
])("an Express machine of %j is refused", async (states, problem) => {
  const { service } = embedded();

  const created = service.createStateMachine({ name: "Fast", definition: definitionOf(states), type: "EXPRESS" });

  await expect(created).rejects.toMatchObject({
    name: "InvalidDefinition",
    message: `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ${problem}'`,
  });
});
