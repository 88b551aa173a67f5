import { describe, expect, test } from "vitest";
import { embedded, nextEvent } from "../fixtures/embedded.js";
import { stepFunctionsApi } from "../index.js";

const definition = JSON.stringify({
  QueryLanguage: "JSONata",
  StartAt: "Done",
  States: { Done: { Type: "Pass", End: true } },
});
const roleArn = "arn:aws:iam::123456789012:role/role";
const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";
const HANGING = {
  Work: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "work" }, End: true },
};

function client(handlers: Parameters<typeof embedded>[0] = {}) {
  const stack = embedded(handlers);
  const api = stepFunctionsApi(stack.service);
  const call = async (operation: string, parameters: unknown) => {
    const body = Buffer.from(JSON.stringify(parameters));
    const response = await api({ target: `AWSStepFunctions.${operation}`, body });
    return { status: response.status, ...JSON.parse(response.body) };
  };
  return { ...stack, api, call };
}

describe("machines", () => {
  test("are created once, described, listed and deleted", async () => {
    const { call } = client();

    const created = await call("CreateStateMachine", { name: "Orders", definition, roleArn });
    const again = await call("CreateStateMachine", { name: "Orders", definition, roleArn });
    const described = await call("DescribeStateMachine", { stateMachineArn: MACHINE });
    const listed = await call("ListStateMachines", {});
    await call("DeleteStateMachine", { stateMachineArn: MACHINE });
    const gone = await call("DescribeStateMachine", { stateMachineArn: MACHINE });

    expect(created).toEqual({ status: 200, stateMachineArn: MACHINE, creationDate: 1_767_225_600 });
    expect(again).toEqual(created);
    expect(described).toMatchObject({ name: "Orders", definition, roleArn, type: "STANDARD", status: "ACTIVE" });
    expect(listed.stateMachines).toEqual([
      { stateMachineArn: MACHINE, name: "Orders", type: "STANDARD", creationDate: 1_767_225_600 },
    ]);
    expect(gone).toMatchObject({ status: 400, __type: "StateMachineDoesNotExist" });
  });

  test.each([
    [{ name: "a b", definition, roleArn }, "InvalidName"],
    [{ name: "a".repeat(81), definition, roleArn }, "InvalidName"],
    [{ name: "Orders", definition: "{", roleArn }, "InvalidDefinition"],
    [{ name: "Orders", definition: "{}", roleArn }, "InvalidDefinition"],
    [{ name: "Orders\u{1f600}", definition, roleArn }, "InvalidName"],
    [{ name: "Orders", definition, roleArn, type: "FAST" }, "ValidationException"],
    [{ name: "Orders", definition, roleArn: "" }, "ValidationException"],
    [{ name: "Orders", definition, roleArn, tags: [{ value: "no key" }] }, "ValidationException"],
    [{ name: "Orders", definition, roleArn, tags: [{ key: "k", value: "<" }] }, "ValidationException"],
    [{ name: "Orders", definition: " ".repeat(1_048_577), roleArn }, "ValidationException"],
    [{ name: "Orders", definition }, "ValidationException"],
    [{ name: 5, definition, roleArn }, "ValidationException"],
  ])("refuses to create %j", async (parameters, code) => {
    const { call } = client();

    expect(await call("CreateStateMachine", parameters)).toMatchObject({ status: 400, __type: code });
  });

  test("refuse another definition under a name that is taken", async () => {
    const { call } = client();
    await call("CreateStateMachine", { name: "Orders", definition, roleArn });

    const other = await call("CreateStateMachine", { name: "Orders", definition: `${definition} `, roleArn });

    expect(other).toMatchObject({ status: 400, __type: "StateMachineAlreadyExists" });
  });

  test("refuse a resource nobody stands behind, naming the state", async () => {
    const { deploy } = client();
    const states = { Pay: { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", End: true } };

    await expect(deploy("Orders", states)).rejects.toMatchObject({
      name: "InvalidDefinition",
      message: expect.stringContaining("/States/Pay/Resource"),
    });
  });
});

describe("parameters", () => {
  const machine = { name: "Orders", definition, roleArn };
  const executionArn = "arn:aws:states:us-east-1:123456789012:execution:Orders:one";

  test.each([
    ["CreateStateMachine", "publish", true, machine],
    ["CreateStateMachine", "versionDescription", "first", machine],
    ["CreateStateMachine", "loggingConfiguration", { level: "ALL", includeExecutionData: true }, machine],
    ["CreateStateMachine", "tracingConfiguration", { enabled: true }, machine],
    ["CreateStateMachine", "encryptionConfiguration", { type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId: "k" }, machine],
    ["UpdateStateMachine", "publish", true, { stateMachineArn: MACHINE, definition }],
    ["StartExecution", "inputs", "{}", { stateMachineArn: MACHINE }],
    ["ListExecutions", "mapRunArn", "arn", { stateMachineArn: MACHINE }],
    ["GetExecutionHistory", "inculdeExecutionData", false, { executionArn }],
    ["ListStateMachines", "toString", "x", {}],
  ])("of %s that nothing here stands behind are refused: %s %j", async (operation, name, value, rest) => {
    const { call } = client();
    if (operation !== "CreateStateMachine") await call("CreateStateMachine", machine);

    expect(await call(operation, { ...rest, [name]: value })).toEqual({
      status: 400,
      __type: "ValidationException",
      message: `1 validation error detected: Value ${typeof value === "string" ? `'${value}'` : JSON.stringify(value)} at '${name}' failed to satisfy constraint: The embedded Step Functions does not support it in ${operation}`,
    });
  });

  test("with which deployment tools ask for what there is anyway are taken, and null is none", async () => {
    const { call } = client();

    const created = await call("CreateStateMachine", {
      ...machine,
      type: "STANDARD",
      publish: false,
      versionDescription: null,
      tags: [{ key: "team", value: "orders" }],
      loggingConfiguration: { level: "OFF", includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: "AWS_OWNED_KEY" },
    });

    expect(created).toMatchObject({ status: 200, stateMachineArn: MACHINE });
    const described = { stateMachineArn: MACHINE, includedData: "ALL_DATA" };
    expect(await call("DescribeStateMachine", described)).toMatchObject({ status: "ACTIVE", name: "Orders" });
  });
});

describe("executions", () => {
  test("run to their end and are described with their output", async () => {
    const { call, service } = client();
    await call("CreateStateMachine", { name: "Orders", definition, roleArn });

    const started = await call("StartExecution", { stateMachineArn: MACHINE, name: "one", input: '{"n":1}' });
    await service.completion(started.executionArn);

    expect(await call("DescribeExecution", { executionArn: started.executionArn })).toEqual({
      status: "SUCCEEDED",
      executionArn: "arn:aws:states:us-east-1:123456789012:execution:Orders:one",
      stateMachineArn: MACHINE,
      name: "one",
      startDate: 1_767_225_600,
      stopDate: 1_767_225_600,
      input: '{"n":1}',
      inputDetails: { included: true },
      output: '{"n":1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
  });

  test("are the same one for the same name and input while running, and refused otherwise", async () => {
    const { call, deploy, service } = client({ work: () => new Promise(() => {}) });
    const stateMachineArn = await deploy("Orders", HANGING);
    const start = (input: string) => call("StartExecution", { stateMachineArn, name: "one", input });

    const first = await start("1");
    const same = await start("1");
    const other = await start("2");
    await service.close();
    const closed = await start("1");

    expect(same).toEqual(first);
    expect(other).toMatchObject({ status: 400, __type: "ExecutionAlreadyExists" });
    expect(closed).toMatchObject({ status: 400, __type: "ExecutionAlreadyExists" });
  });

  test("are stopped with error and cause, and the work hears of it", async () => {
    let signal: AbortSignal | undefined;
    const { call, deploy, service } = client({
      work: (_event, given) => {
        signal = given;
        return new Promise(() => {});
      },
    });
    const stateMachineArn = await deploy("Orders", HANGING);
    const running = nextEvent(service, "TaskStarted");
    const { executionArn } = await call("StartExecution", { stateMachineArn });
    await running;

    const stopped = await call("StopExecution", { executionArn, error: "Enough", cause: "said so" });

    expect(stopped).toEqual({ status: 200, stopDate: 1_767_225_600 });
    expect(signal?.aborted).toBe(true);
    expect(await call("DescribeExecution", { executionArn })).toMatchObject({
      status: "ABORTED",
      error: "Enough",
      cause: "said so",
    });
    const { events } = await call("GetExecutionHistory", { executionArn, reverseOrder: true });
    expect(events[0]).toMatchObject({
      type: "ExecutionAborted",
      executionAbortedEventDetails: { error: "Enough", cause: "said so" },
    });
  });

  test.each([
    ["StartExecution", { stateMachineArn: "nonsense" }, "InvalidArn"],
    ["StartExecution", { stateMachineArn: `${MACHINE}Not` }, "StateMachineDoesNotExist"],
    ["StartExecution", { stateMachineArn: MACHINE, input: "{" }, "InvalidExecutionInput"],
    ["StartExecution", { stateMachineArn: MACHINE, input: `"${"a".repeat(262_144)}"` }, "ValidationException"],
    ["StartExecution", { stateMachineArn: MACHINE, name: "a/b" }, "InvalidName"],
    ["DescribeExecution", { executionArn: `${MACHINE}:one` }, "InvalidArn"],
    [
      "DescribeExecution",
      { executionArn: "arn:aws:states:us-east-1:123456789012:execution:Orders:no" },
      "ExecutionDoesNotExist",
    ],
    ["ListExecutions", { stateMachineArn: MACHINE, maxResults: 1_001 }, "ValidationException"],
    ["ListExecutions", { stateMachineArn: MACHINE, nextToken: "made-up" }, "InvalidToken"],
    ["SendTaskSuccess", { taskToken: "made-up", output: "1" }, "InvalidToken"],
    ["StopExecution", { executionArn: MACHINE }, "InvalidArn"],
    ["StopExecution", { executionArn: "x", error: "e".repeat(257) }, "ValidationException"],
    ["ListExecutions", { stateMachineArn: MACHINE, statusFilter: "DONE" }, "ValidationException"],
    ["ListExecutions", { stateMachineArn: MACHINE, maxResults: -1 }, "ValidationException"],
    ["UntagResource", { resourceArn: MACHINE, tagKeys: "team" }, "ValidationException"],
    ["ValidateStateMachineDefinition", { definition, maxResults: 101 }, "ValidationException"],
    ["CreateActivity", { name: "a b" }, "InvalidName"],
    ["GetActivityTask", { activityArn: MACHINE }, "InvalidArn"],
    ["CreateStateMachineAlias", {}, "UnknownOperationException"],
    ["toString", {}, "UnknownOperationException"],
  ])("%s refuses %j", async (operation, parameters, code) => {
    const { call } = client();
    await call("CreateStateMachine", { name: "Orders", definition, roleArn });

    expect(await call(operation, parameters)).toMatchObject({ status: 400, __type: code });
  });

  test("are listed newest first, page by page, though new ones start meanwhile", async () => {
    const { call, service } = client();
    await call("CreateStateMachine", { name: "Orders", definition, roleArn });
    const start = async (name: string) => {
      const { executionArn } = await call("StartExecution", { stateMachineArn: MACHINE, name });
      await service.completion(executionArn);
    };
    for (const name of ["one", "two", "three"]) await start(name);

    const first = await call("ListExecutions", { stateMachineArn: MACHINE, maxResults: 2 });
    await start("four");
    const second = await call("ListExecutions", { stateMachineArn: MACHINE, nextToken: first.nextToken });
    const failed = await call("ListExecutions", { stateMachineArn: MACHINE, statusFilter: "FAILED" });

    const names = ({ executions }: { executions: { name: string }[] }) => executions.map(({ name }) => name);
    expect([names(first), names(second), names(failed)]).toEqual([["three", "two"], ["one"], []]);
    expect(second.nextToken).toBeUndefined();
  });
});

describe("GetExecutionHistory", () => {
  test("shows AWS's events, forwards and backwards, in pages", async () => {
    const { call, service } = client();
    await call("CreateStateMachine", { name: "Orders", definition, roleArn });
    const { executionArn } = await call("StartExecution", { stateMachineArn: MACHINE, input: "7" });
    await service.completion(executionArn);

    const first = await call("GetExecutionHistory", { executionArn, maxResults: 3 });
    const second = await call("GetExecutionHistory", { executionArn, maxResults: 3, nextToken: first.nextToken });
    const backwards = await call("GetExecutionHistory", { executionArn, reverseOrder: true, maxResults: 1 });

    const timestamp = 1_767_225_600;
    const whole = { truncated: false };
    expect(first.events).toEqual([
      {
        timestamp,
        type: "ExecutionStarted",
        id: 1,
        previousEventId: 0,
        executionStartedEventDetails: { input: "7", inputDetails: whole, roleArn },
      },
      {
        timestamp,
        type: "PassStateEntered",
        id: 2,
        previousEventId: 0,
        stateEnteredEventDetails: { name: "Done", input: "7", inputDetails: whole },
      },
      {
        timestamp,
        type: "PassStateExited",
        id: 3,
        previousEventId: 2,
        stateExitedEventDetails: { name: "Done", output: "7", outputDetails: whole },
      },
    ]);
    expect(second.events).toEqual([
      {
        timestamp,
        type: "ExecutionSucceeded",
        id: 4,
        previousEventId: 3,
        executionSucceededEventDetails: { output: "7", outputDetails: whole },
      },
    ]);
    expect(backwards.events).toEqual(second.events);
  });

  test("leaves data out where it is told to", async () => {
    const { call, service } = client();
    await call("CreateStateMachine", { name: "Orders", definition, roleArn });
    const { executionArn } = await call("StartExecution", { stateMachineArn: MACHINE, input: '"secret"' });
    await service.completion(executionArn);

    const { events } = await call("GetExecutionHistory", { executionArn, includeExecutionData: false });

    expect(events).toHaveLength(4);
    expect(JSON.stringify(events)).not.toContain("secret");
  });
});

test("every answer carries an id, and every error its name in a header too", async () => {
  const { api } = client();
  const call = (operation: string) => api({ target: `AWSStepFunctions.${operation}`, body: Buffer.from("{}") });

  const [good, refused] = [await call("ListStateMachines"), await call("DescribeExecution")];

  const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(good.headers).toEqual({ "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": requestId });
  expect(refused.headers).toMatchObject({ "x-amzn-errortype": "ValidationException", "x-amzn-requestid": requestId });
});

test("a body that is not a JSON object is a SerializationException", async () => {
  const { api } = client();

  for (const body of ["{", "[]", ""]) {
    const response = await api({ target: "AWSStepFunctions.ListStateMachines", body: Buffer.from(body) });
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body).__type).toBe("SerializationException");
  }
});

test("every event reaches the listeners as it happens, until they end it", async () => {
  const { service, deploy } = client();
  const stateMachineArn = await deploy("Orders", { Done: { Type: "Succeed" } });
  const heard: string[] = [];
  const stop = service.onEvent((arn, { type }) => heard.push(`${arn.split(":").at(-1)} ${type}`));

  const first = await service.startExecution({ stateMachineArn, name: "one" });
  await service.completion(first.executionArn);
  stop();
  const second = await service.startExecution({ stateMachineArn, name: "two" });
  await service.completion(second.executionArn);

  expect(heard).toEqual([
    "one ExecutionStarted",
    "one SucceedStateEntered",
    "one SucceedStateExited",
    "one ExecutionSucceeded",
  ]);
});
