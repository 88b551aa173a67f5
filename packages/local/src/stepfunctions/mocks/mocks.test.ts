import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { startLocalStack } from "@sfs3/local";
import { describe, expect, test } from "vitest";
import { clientConfig, useFolder, useStack } from "../../fixtures/use-stack.js";
import { embedded, FUNCTION_ARN } from "../fixtures/embedded.js";
import type { MockConfig } from "./mock-config.js";

const SEND = "arn:aws:states:::sqs:sendMessage";
const INVOKE = "arn:aws:states:::lambda:invoke";

const retried = { Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 9 }] };
const states = {
  LambdaState: { Type: "Task", Resource: INVOKE, Arguments: { FunctionName: "work" }, ...retried, Next: "SQSState" },
  SQSState: { Type: "Task", Resource: SEND, Arguments: { QueueUrl: "q", MessageBody: "m" }, End: true },
};

/** The example of AWS's developer guide. */
const config: MockConfig = {
  StateMachines: {
    Machine: {
      TestCases: {
        HappyPath: { LambdaState: "MockedLambdaSuccess", SQSState: "MockedSQSSuccess" },
        RetryPath: { LambdaState: "MockedLambdaRetry", SQSState: "MockedSQSSuccess" },
        HybridPath: { SQSState: "MockedSQSSuccess" },
      },
    },
  },
  MockedResponses: {
    MockedLambdaSuccess: { "0": { Return: { StatusCode: 200, Payload: "Hello from Lambda!" } } },
    MockedSQSSuccess: { "0": { Return: { MessageId: "3bcb6e8e" } } },
    MockedLambdaRetry: {
      "0": { Throw: { Error: "Lambda.ResourceNotReadyException", Cause: "Lambda resource is not ready." } },
      "1-2": { Throw: { Error: "Lambda.TimeoutException", Cause: "Lambda timed out." } },
      "3": { Return: { StatusCode: 200, Payload: "Hello from Lambda!" } },
    },
  },
};

async function useMocked(mocks: MockConfig, machine: Record<string, unknown> = states) {
  const work: string[] = [];
  const { service, deploy } = embedded({ work: () => void work.push("called") }, { mocks });
  const stateMachineArn = await deploy("Machine", machine);
  const run = async (suffix = "") => {
    const { executionArn } = await service.startExecution({ stateMachineArn: `${stateMachineArn}${suffix}` });
    const { output, ...ended } = await service.completion(executionArn);
    const { events } = await service.getExecutionHistory({ executionArn });
    return { ...ended, output: output && JSON.parse(output), events };
  };
  return { run, work, deploy };
}

const failures = (events: readonly object[]) =>
  events.flatMap((event) => ("taskFailedEventDetails" in event ? [event.taskFailedEventDetails] : []));

describe("a test case", () => {
  test("gives each of its states the mocked response instead of calling anybody", async () => {
    const { run, work } = await useMocked(config);

    expect(await run("#HappyPath")).toMatchObject({ status: "SUCCEEDED", output: { MessageId: "3bcb6e8e" } });
    expect(work).toEqual([]);
  });

  test("gives each attempt its own outcome, and each execution starts anew", async () => {
    const { run } = await useMocked(config);

    const first = await run("#RetryPath");
    const second = await run("#RetryPath");

    const errors = ["Lambda.ResourceNotReadyException", "Lambda.TimeoutException", "Lambda.TimeoutException"];
    expect(failures(first.events)).toMatchObject(errors.map((error) => ({ error, resource: "invoke" })));
    expect(failures(second.events)).toHaveLength(3);
    expect(second.status).toBe("SUCCEEDED");
  });

  test("leaves a state that it does not mock to the real service", async () => {
    const { run, work } = await useMocked(config);

    expect((await run("#HybridPath")).status).toBe("SUCCEEDED");
    expect(work).toEqual(["called"]);
  });

  test("is one of those there are", async () => {
    const { run } = await useMocked(config);

    await expect(run("#SadPath")).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(/"SadPath" for the state machine "Machine".*HappyPath, RetryPath, HybridPath/),
    });
  });

  test("is needed by a state without any other service, unless it is the default", async () => {
    const { run } = await useMocked(config);
    const [, machine] = Object.entries(config.StateMachines ?? {})[0] ?? [];
    const withDefault = {
      ...config,
      StateMachines: { Machine: { TestCases: {}, ...machine, DefaultTestCase: "HappyPath" } },
    };
    const other = await useMocked(withDefault);

    expect(await run()).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause: 'There is no mock for the state "SQSState" in the test case "(none)".',
    });
    expect((await other.run()).output).toEqual({ MessageId: "3bcb6e8e" });
  });

  test("has to tell the outcome of every invocation", async () => {
    const short = {
      ...config,
      MockedResponses: { ...config.MockedResponses, MockedLambdaRetry: { "0": { Throw: { Error: "E" } } } },
    };
    const { run } = await useMocked(short);

    expect(await run("#RetryPath")).toMatchObject({
      error: "States.Runtime",
      cause: 'There is no outcome in the mocked response "MockedLambdaRetry" for invocation 1; add "1-".',
    });
  });
});

describe("a mocked resource", () => {
  const mocks: MockConfig = {
    Resources: {
      [SEND]: "Sent",
      [`${SEND}.waitForTaskToken`]: "Sent",
      "arn:aws:states:::ecs:runTask.sync": "Sent",
      [FUNCTION_ARN]: "Refused",
    },
    MockedResponses: {
      Sent: { "0-": { Return: { MessageId: "1" } } },
      Refused: { "0": { Throw: { Error: "OutOfStock", Cause: '{"errorType":"OutOfStock"}' } } },
    },
  };

  test.each([
    ["a plain call", SEND, "sendMessage", []],
    ["a callback", `${SEND}.waitForTaskToken`, "sendMessage.waitForTaskToken", ["TaskSubmitted"]],
    ["a job", "arn:aws:states:::ecs:runTask.sync", "runTask.sync", ["TaskSubmitted"]],
  ])("leaves the events of %s", async (_what, Resource, resource, submitted) => {
    const { run } = await useMocked(mocks, { Work: { Type: "Task", Resource, Arguments: { a: 1 }, End: true } });

    const { events, output } = await run();

    const types = ["TaskScheduled", "TaskStarted", ...submitted, "TaskSucceeded"];
    expect(output).toEqual({ MessageId: "1" });
    expect(
      events.map(({ type }) => type).filter((type) => type.startsWith("Task") && !type.startsWith("TaskState")),
    ).toEqual(types);
    expect(events.find(({ type }) => type === "TaskScheduled")).toMatchObject({
      taskScheduledEventDetails: { resource, parameters: '{"a":1}', region: "us-east-1" },
    });
  });

  test("can be a function's own ARN", async () => {
    const { run } = await useMocked(mocks, { Work: { Type: "Task", Resource: FUNCTION_ARN, End: true } });

    const { error, cause, events } = await run();

    expect({ error, cause }).toEqual({ error: "OutOfStock", cause: '{"errorType":"OutOfStock"}' });
    expect(events.map(({ type }) => type)).toContain("LambdaFunctionFailed");
  });

  test("answers in the iterations of a Map", async () => {
    const { run } = await useMocked(mocks, {
      Each: {
        Type: "Map",
        Items: [1, 2, 3],
        ItemProcessor: { StartAt: "Send", States: { Send: { Type: "Task", Resource: SEND, End: true } } },
        End: true,
      },
    });

    expect((await run()).output).toEqual(Array(3).fill({ MessageId: "1" }));
  });
});

describe("a resource that is neither here nor mocked", () => {
  test.each([
    "arn:aws:states:::dynamodb:getItem",
    "arn:aws:states:::aws-sdk:bedrockruntime:invokeModel",
    "arn:aws:states:::http:invoke",
    "arn:aws:states:::ecs:runTask.sync",
  ])("%s is refused when the machine is created, with the way out", async (Resource) => {
    const { deploy } = embedded();

    await expect(deploy("Machine", { Ask: { Type: "Task", Resource, End: true } })).rejects.toMatchObject({
      name: "InvalidDefinition",
      message: expect.stringMatching(
        /state "Ask" needs a mock.*Resources\["arn:aws:states:::.*"\].*StateMachines\["Machine"\].*at \/States\/Ask\/Resource/,
      ),
    });
  });
});

describe("the stack", () => {
  test("takes the path of a mock configuration file, and starts test cases for unmodified clients", async () => {
    const path = join(await useFolder(), "MockConfigFile.json");
    await writeFile(path, JSON.stringify(config));
    const stack = await useStack({ mocks: path, skipWaits: true });
    const client = new SFNClient(clientConfig(stack));
    const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "LambdaState", States: states });

    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({ name: "Machine", definition, roleArn: stack.roleArn }),
    );
    const { executionArn = "" } = await client.send(
      new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}#RetryPath` }),
    );
    await stack.stepFunctions.completion(executionArn);

    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: "SUCCEEDED", output: '{"MessageId":"3bcb6e8e"}', stateMachineArn });
  });

  test("does not start with mocks that do not hold together, and leaves its folder free", async () => {
    const dataDir = await useFolder();
    const mocks = { Resources: { [SEND]: "Absent" }, MockedResponses: {} };

    await expect(startLocalStack({ dataDir, mocks })).rejects.toThrow("must name one of MockedResponses (none)");

    const stack = await startLocalStack({ dataDir });
    await stack.close();
  });
});
