import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { useStack } from "../../fixtures/use-stack.js";
import { embedded, FUNCTION_ARN, nextEvent } from "../fixtures/embedded.js";
import type { LambdaPort } from "../index.js";

const INVOKE = "arn:aws:states:::lambda:invoke";
const START = "arn:aws:states:::states:startExecution";
const PUBLISH = "arn:aws:states:::aws-sdk:iotdataplane:publish";
const arnOf = (name: string) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;

const task = (Resource: string, Arguments: unknown, rest: Record<string, unknown> = {}) => ({
  Work: { Type: "Task", Resource, Arguments, End: true, ...rest },
});

class OutOfStock extends Error {
  override readonly name = "OutOfStock";
}

describe("lambda:invoke", () => {
  test("answers in Lambda's envelope", async () => {
    const { run } = embedded({ work: (event) => ({ got: event }) });

    const { status, output } = await run(task(INVOKE, { FunctionName: FUNCTION_ARN, Payload: { n: 1 } }));

    expect(status).toBe("SUCCEEDED");
    expect(output).toMatchObject({
      ExecutedVersion: "$LATEST",
      Payload: { got: { n: 1 } },
      SdkHttpMetadata: { HttpStatusCode: 200, HttpHeaders: { "Content-Length": "15" } },
      SdkResponseMetadata: { RequestId: expect.any(String) },
      StatusCode: 200,
    });
  });

  test("sends a string Payload as the JSON text it is", async () => {
    const { run } = embedded({ work: (event) => event });

    const { output } = await run(task(INVOKE, { FunctionName: "work", Payload: '{"a":[1]}' }));

    expect(output.Payload).toEqual({ a: [1] });
  });

  test("refuses a string Payload that is not JSON, as Lambda does", async () => {
    const { run } = embedded({ work: () => null });

    const { error, cause } = await run(task(INVOKE, { FunctionName: "work", Payload: "{" }));

    expect(error).toBe("Lambda.InvalidRequestContentException");
    expect(cause).toMatch(/^Could not parse request body into json/);
  });

  test("fails with the function's error type and Lambda's JSON as the cause", async () => {
    const work = () => {
      throw new OutOfStock("no more lamps");
    };
    const { run } = embedded({ work });

    const { status, error, cause } = await run(task(INVOKE, { FunctionName: "work" }));

    expect({ status, error }).toEqual({ status: "FAILED", error: "OutOfStock" });
    expect(JSON.parse(cause ?? "")).toEqual({ errorType: "OutOfStock", errorMessage: "no more lamps", trace: [] });
  });

  test("names a missing function as Lambda's API does", async () => {
    const { run } = embedded();

    const { error, cause } = await run(task(INVOKE, { FunctionName: "absent" }));

    expect(error).toBe("Lambda.ResourceNotFoundException");
    expect(cause).toMatch(
      /^Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent:\$LATEST \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
  });

  test.each([
    [{ Payload: 1 }, 'The field "FunctionName" is required but was missing'],
    [{ FunctionName: "work", Tenant: "7" }, 'The field "Tenant" is not supported by Step Functions'],
    [
      { FunctionName: "work", InvocationType: "Later" },
      'The value for the field "InvocationType" must be one of RequestResponse,Event,DryRun',
    ],
    [{ FunctionName: 7 }, 'The value for the field "FunctionName" must be a string'],
  ])("refuses the arguments %j", async (args, problem) => {
    const { run } = embedded({ work: () => null });

    const { error, cause } = await run(task(INVOKE, args));

    expect(error).toBe("States.Runtime");
    expect(cause).toBe(`The Parameters '${JSON.stringify(args)}' could not be used to start the Task: [${problem}]`);
  });
});

describe("lambda:invoke against the embedded Lambda", () => {
  const module = fileURLToPath(new URL("../../lambda/fixtures/handlers.mjs", import.meta.url));

  const run = async (Arguments: Record<string, unknown>) => {
    const stack = await useStack();
    for (const path of ["echo", "talk", "clientContext", "invokedArn"]) {
      stack.lambda.createFunction({ name: path, handler: { module, path: [path] }, qualifiers: ["live"] });
    }
    const states = task(INVOKE, Arguments);
    const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Work", States: states });
    const { stateMachineArn } = await stack.stepFunctions.createStateMachine({ name: "Machine", definition });
    const { executionArn } = await stack.stepFunctions.startExecution({ stateMachineArn });
    const { output, ...ended } = await stack.stepFunctions.completion(executionArn);
    return { ...ended, output: JSON.parse(output ?? "null") };
  };

  test("has the HTTP response as the SDK saw it", async () => {
    const { output } = await run({ FunctionName: "echo", Payload: "HelloWorld".length });

    const headers = {
      Connection: "keep-alive",
      "Content-Length": "2",
      "Content-Type": "application/json",
      Date: expect.stringMatching(/ GMT$/),
      "X-Amz-Executed-Version": "$LATEST",
      "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/),
      "x-amzn-Remapped-Content-Length": "0",
      "x-amzn-RequestId": output.SdkResponseMetadata.RequestId,
    };
    expect(output).toEqual({
      ExecutedVersion: "$LATEST",
      Payload: 10,
      SdkHttpMetadata: {
        AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
        HttpHeaders: headers,
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId: expect.any(String) },
      StatusCode: 200,
    });
  });

  test("gives back the log on request", async () => {
    const { output } = await run({ FunctionName: "talk", LogType: "Tail", Payload: { word: "one" } });

    expect(Buffer.from(output.LogResult, "base64").toString()).toBe("out one\nerr one\n");
  });

  test("passes qualifier and client context on", async () => {
    const ClientContext = Buffer.from('{"custom":1}').toString("base64");

    expect((await run({ FunctionName: "invokedArn", Qualifier: "live" })).output.Payload).toMatch(/:invokedArn:live$/);
    expect((await run({ FunctionName: "clientContext", ClientContext })).output.Payload).toEqual({ custom: 1 });
  });

  test.each([
    ["Event", 202],
    ["DryRun", 204],
  ])("does not wait for an answer when it is called for an %s", async (InvocationType, StatusCode) => {
    const { output } = await run({ FunctionName: "echo", InvocationType, Payload: { a: 1 } });

    expect(output).toMatchObject({ Payload: "", StatusCode, SdkHttpMetadata: { HttpStatusCode: StatusCode } });
  });
});

describe("a function's own ARN", () => {
  test("tells what an answer without an error type was", async () => {
    const lambda: LambdaPort = {
      invoke: async () => ({ payload: '{"errorMessage":"gone"}', functionError: "Unhandled" }),
    };
    const { run } = embedded({}, { lambda });

    const { error, cause } = await run({ Work: { Type: "Task", Resource: FUNCTION_ARN, End: true } });

    expect(error).toBe("Lambda.Unknown");
    expect(cause).toBe(
      'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"gone"}',
    );
  });

  test("hands over the whole input and gives back the bare answer", async () => {
    const { run } = embedded({ work: (event) => [event] });

    const { output } = await run({ Work: { Type: "Task", Resource: FUNCTION_ARN, End: true } }, { n: 1 });

    expect(output).toEqual([{ n: 1 }]);
  });
});

describe("aws-sdk:iotdataplane:publish", () => {
  test.each([
    ["FAILED", "FAILED"],
    [{ step: "a" }, '{"step":"a"}'],
    [[1], "[1]"],
  ])("publishes %j as %s", async (Payload, text) => {
    const { run, published } = embedded();

    const { output } = await run(task(PUBLISH, { Topic: "orders/1", Payload, Qos: 1 }));

    expect(output).toEqual({});
    expect(published).toEqual([{ topic: "orders/1", payload: text, qos: 1 }]);
  });
});

test("aws-sdk:iotdataplane:publish retains, and passes a refusal on in the SDK's words", async () => {
  const refuse = async () => {
    throw Object.assign(new Error("The topic is too deep."), { name: "InvalidRequestException", status: 400 });
  };
  const retained = embedded();
  const refused = embedded({}, { iot: { publish: refuse } });

  await retained.run(task(PUBLISH, { Topic: "a", Payload: "on", Retain: true }));
  const { error, cause } = await refused.run(task(PUBLISH, { Topic: "a", Payload: "on" }));

  expect(retained.published).toEqual([{ topic: "a", payload: "on", qos: 0, retain: true }]);
  expect(error).toBe("IotDataPlane.InvalidRequestException");
  expect(cause).toMatch(/^The topic is too deep\. \(Service: IotDataPlane, Status Code: 400, Request ID: \S+\)$/);
});

describe("states:startExecution", () => {
  const child = { Double: { Type: "Pass", Output: { doubled: "{% $states.input.n * 2 %}" }, End: true } };

  test("starts and does not wait", async () => {
    const { run, deploy, service } = embedded();
    await deploy("Child", child);

    const { output } = await run(task(START, { StateMachineArn: arnOf("Child"), Input: { n: 2 }, Name: "one" }));

    expect(output).toMatchObject({
      ExecutionArn: "arn:aws:states:us-east-1:123456789012:execution:Child:one",
      StartDate: Date.parse("2026-01-01T00:00:00.000Z"),
    });
    expect((await service.completion(output.ExecutionArn)).output).toBe('{"doubled":4}');
  });

  test.each([
    [".sync", '{"n":2}', '{"doubled":4}'],
    [".sync:2", { n: 2 }, { doubled: 4 }],
  ])("%s waits for the end and shows input and output", async (suffix, Input, Output) => {
    const { run, deploy } = embedded();
    await deploy("Child", child);

    const { output } = await run(task(`${START}${suffix}`, { StateMachineArn: arnOf("Child"), Input: { n: 2 } }));

    expect(output).toMatchObject({ Status: "SUCCEEDED", Input, Output, OutputDetails: { Included: true } });
  });

  test(".sync fails with States.TaskFailed and the nested execution as the cause", async () => {
    const { run, deploy } = embedded();
    await deploy("Child", { No: { Type: "Fail", Error: "Nope", Cause: "never" } });

    const { error, cause } = await run(task(`${START}.sync`, { StateMachineArn: arnOf("Child"), Name: "one" }));

    expect(error).toBe("States.TaskFailed");
    expect(JSON.parse(cause ?? "")).toMatchObject({ Status: "FAILED", Error: "Nope", Cause: "never", Name: "one" });
  });

  test(".sync stops the nested execution when it is stopped itself", async () => {
    const { service, deploy } = embedded({ work: () => new Promise(() => {}) });
    await deploy("Child", task(INVOKE, { FunctionName: "work" }));
    const stateMachineArn = await deploy(
      "Parent",
      task(`${START}.sync`, { StateMachineArn: arnOf("Child"), Name: "nested" }),
    );
    const submitted = nextEvent(service, "TaskSubmitted");
    const { executionArn } = await service.startExecution({ stateMachineArn });
    await submitted;

    await service.stopExecution({ executionArn });

    const nested = await service.completion("arn:aws:states:us-east-1:123456789012:execution:Child:nested");
    expect(nested.status).toBe("ABORTED");
  });

  test("names a missing machine as the API does", async () => {
    const { run } = embedded();

    const { error, cause } = await run(task(START, { StateMachineArn: arnOf("Absent") }));

    expect(error).toBe("StepFunctions.StateMachineDoesNotExistException");
    expect(cause).toMatch(
      /^State Machine Does Not Exist: '.*' \(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
  });
});

describe(".waitForTaskToken", () => {
  const callback = task(
    `${INVOKE}.waitForTaskToken`,
    { FunctionName: "work", Payload: { token: "{% $states.context.Task.Token %}" } },
    { HeartbeatSeconds: 10 },
  );

  const waiting = async () => {
    const tokens: string[] = [];
    const stack = embedded({ work: (event) => void tokens.push((event as { token: string }).token) });
    const submitted = nextEvent(stack.service, "TaskSubmitted");
    const ended = stack.run(callback);
    await submitted;
    return { ...stack, ended, taskToken: tokens[0] ?? "" };
  };

  test.each([
    ["a callback", callback],
    ["a nested execution", task(`${START}.waitForTaskToken`, { StateMachineArn: arnOf("Nested") })],
    ["a plain task", task(INVOKE, { FunctionName: "work" })],
  ])("ends where %s is stopped by who hears that it is scheduled, and does not begin", async (_, states) => {
    let begun = false;
    const { service, deploy } = embedded({
      work: () => {
        begun = true;
        return new Promise(() => {});
      },
    });
    await deploy("Nested", { Done: { Type: "Succeed" } });
    const stateMachineArn = await deploy("Machine", states);
    service.onEvent((executionArn, { type }) => {
      if (type === "TaskScheduled") void service.stopExecution({ executionArn });
    });

    const { executionArn } = await service.startExecution({ stateMachineArn });

    expect(await service.completion(executionArn)).toMatchObject({ status: "ABORTED" });
    expect(begun).toBe(false);
    expect((await service.listExecutions({ stateMachineArn: arnOf("Nested") })).executions).toEqual([]);
  });

  test("ends with what SendTaskSuccess brings", async () => {
    const { service, ended, taskToken } = await waiting();

    await service.sendTaskSuccess({ taskToken, output: '{"paid":true}' });

    expect(await ended).toMatchObject({ status: "SUCCEEDED", output: { paid: true } });
  });

  test("fails with what SendTaskFailure brings", async () => {
    const { service, ended, taskToken } = await waiting();

    await service.sendTaskFailure({ taskToken, error: "Declined", cause: "limit" });

    expect(await ended).toMatchObject({ status: "FAILED", error: "Declined", cause: "limit" });
  });

  test("lives on while heartbeats come, and its token is dead once it timed out", async () => {
    const { service, clock, ended, taskToken } = await waiting();

    clock.advance(9_000);
    await service.sendTaskHeartbeat({ taskToken });
    clock.advance(9_000);
    await service.sendTaskHeartbeat({ taskToken });
    clock.advance(10_000);

    expect(await ended).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    await expect(service.sendTaskSuccess({ taskToken, output: "1" })).rejects.toMatchObject({ name: "TaskTimedOut" });
  });

  test("takes an answer once", async () => {
    const { service, ended, taskToken } = await waiting();
    await service.sendTaskSuccess({ taskToken, output: "1" });

    await expect(service.sendTaskFailure({ taskToken })).rejects.toMatchObject({ name: "TaskTimedOut" });
    expect(await ended).toMatchObject({ status: "SUCCEEDED" });
  });

  test("refuses a token that was never one, and an answer that is not JSON", async () => {
    const { service, ended, taskToken } = await waiting();

    await expect(service.sendTaskSuccess({ taskToken: "x", output: "1" })).rejects.toMatchObject({
      name: "InvalidToken",
    });
    await expect(service.sendTaskSuccess({ taskToken, output: "{" })).rejects.toMatchObject({ name: "InvalidOutput" });
    await service.sendTaskSuccess({ taskToken, output: "1" });
    expect(await ended).toMatchObject({ output: 1 });
  });
});
