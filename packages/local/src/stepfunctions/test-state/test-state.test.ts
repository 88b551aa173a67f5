import { TestStateCommand, type TestStateCommandInput } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { embedded, FUNCTION_ARN } from "../fixtures/embedded.js";
import { useClient } from "../fixtures/use-client.js";

type Given = Omit<TestStateCommandInput, "definition"> & { readonly definition: object };

/** Tests a state by the unmodified client. */
async function tested({ definition, ...given }: Given) {
  const { sfn } = await useClient({ skipWaits: true });
  const { $metadata: _, ...answer } = await sfn.send(
    new TestStateCommand({ ...given, definition: JSON.stringify(definition) }),
  );
  return answer;
}

const INVOKE = "arn:aws:states:::lambda:invoke";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:work";
const text = JSON.stringify;

const mockedResult = (result: unknown) => ({ mock: { result: text(result) } });
const mockedError = (error: string, cause = "as asked") => ({ mock: { errorOutput: { error, cause } } });

const item = { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } };
const map = { Type: "Map", ItemProcessor: item, End: true };
const parallel = { Type: "Parallel", Branches: [item, { ...item, StartAt: "B", States: { B: item.States.Item } }] };

describe("a state that is tested", () => {
  test("answers with its output and the state that comes next", async () => {
    const definition = { Type: "Pass", Result: { ok: true }, ResultPath: "$.done", Next: "Other" };

    expect(await tested({ definition, input: text({ id: 1 }) })).toEqual({
      status: "SUCCEEDED",
      output: text({ id: 1, done: { ok: true } }),
      nextState: "Other",
    });
  });

  test("fails with its error and cause", async () => {
    const definition = { Type: "Fail", Error: "Broken", Cause: "by hand" };

    expect(await tested({ definition })).toEqual({ status: "FAILED", error: "Broken", cause: "by hand" });
  });

  test("fails without the words that name an execution", async () => {
    const definition = { Type: "Pass", InputPath: "$.absent", End: true };

    const { status, error, cause } = await tested({ definition });

    expect({ status, error }).toEqual({ status: "FAILED", error: "States.Runtime" });
    expect(cause).not.toContain("An error occurred");
  });

  test("sees variables, and an execution of its own in the context object", async () => {
    const definition = {
      QueryLanguage: "JSONata",
      Type: "Pass",
      Assign: { sum: "{% $left + 1 %}" },
      Output: {
        sum: "{% $left %}",
        state: "{% $states.context.State.Name %}",
        role: "{% $states.context.Execution.RoleArn %}",
      },
      End: true,
    };

    const answer = await tested({ definition, variables: text({ left: 2 }), inspectionLevel: "DEBUG" });

    expect(answer.output).toBe(text({ sum: 2, state: "StateName", role: null }));
    expect(answer.inspectionData).toEqual({ input: "{}", variables: text({ left: 2, sum: 3 }) });
  });

  test("is found by its name in a whole machine, at whatever depth", async () => {
    const definition = {
      QueryLanguage: "JSONata",
      StartAt: "Each",
      States: {
        Each: {
          ...map,
          ItemProcessor: {
            StartAt: "Double",
            States: {
              Double: { Type: "Pass", Output: "{% $states.input * 2 %}", Next: "Save" },
              Save: { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", End: true },
            },
          },
        },
      },
    };

    const answer = await tested({ definition, stateName: "Double", input: "21" });

    expect(answer).toEqual({ status: "SUCCEEDED", output: "42", nextState: "Save" });
  });

  test("waits no longer than five minutes", async () => {
    const { service, clock } = embedded({ work: () => new Promise(() => {}) });
    const definition = text({
      Type: "Task",
      Resource: FUNCTION_ARN,
      End: true,
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "A" }],
    });

    const answer = service.testState({ definition, roleArn: "arn:aws:iam::123456789012:role/r" });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(300_000);

    expect(await answer).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });
});

describe("inspection shows", () => {
  const inspected = async (given: Given) => {
    const { inspectionData } = await tested({ inspectionLevel: "DEBUG", ...given });
    return Object.fromEntries(
      Object.entries(inspectionData ?? {}).map(([name, value]) => [
        name,
        typeof value === "string" ? JSON.parse(value) : value,
      ]),
    );
  };

  test("each step of a JSONPath Task", async () => {
    const definition = {
      Type: "Task",
      Resource: INVOKE,
      InputPath: "$.order",
      Parameters: { FunctionName: "work", "Payload.$": "$" },
      ResultSelector: { "paid.$": "$.Payload" },
      ResultPath: "$.receipt",
      OutputPath: "$.receipt.paid",
      End: true,
    };
    const input = { order: { id: 1 } };

    expect(await inspected({ definition, input: text(input), ...mockedResult({ Payload: 5 }) })).toEqual({
      input,
      afterInputPath: { id: 1 },
      afterParameters: { FunctionName: "work", Payload: { id: 1 } },
      result: { Payload: 5 },
      afterResultSelector: { paid: 5 },
      afterResultPath: { order: { id: 1 }, receipt: { paid: 5 } },
    });
  });

  test("each step of a JSONata Task", async () => {
    const definition = {
      QueryLanguage: "JSONata",
      Type: "Task",
      Resource: INVOKE,
      Arguments: { FunctionName: "work", Payload: "{% $states.input %}" },
      End: true,
    };

    expect(await inspected({ definition, input: "1", ...mockedResult({ Payload: 5 }) })).toEqual({
      input: 1,
      afterArguments: { FunctionName: "work", Payload: 1 },
      result: { Payload: 5 },
    });
  });

  test.each<[string, object, object]>([
    [
      "a Pass",
      { Type: "Pass", End: true },
      { afterInputPath: 1, afterParameters: 1, afterResultSelector: 1, afterResultPath: 1 },
    ],
    [
      "a Pass with a Result",
      { Type: "Pass", Result: 2, End: true },
      { result: 2, afterResultSelector: 2, afterResultPath: 2 },
    ],
    ["a Succeed", { Type: "Succeed" }, { afterInputPath: 1 }],
    ["a Fail", { Type: "Fail", Error: "E" }, { afterInputPath: 1 }],
    ["a Choice", { Type: "Choice", Choices: [{ Variable: "$", IsNumeric: true, Next: "A" }] }, { afterInputPath: 1 }],
  ])("what %s does", async (_, definition, steps) => {
    expect(await inspected({ definition, input: "1" })).toEqual({ input: 1, ...steps });
  });

  test("what a Map makes of its items", async () => {
    const definition = {
      ...map,
      ItemsPath: "$.list",
      ItemSelector: { "value.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index" },
      MaxConcurrency: 2,
      ToleratedFailureCount: 1,
      ToleratedFailurePercentage: 50,
    };
    const input = { list: ["a", "b"] };
    const { afterItemSelector, ...others } = await inspected({
      definition,
      input: text(input),
      ...mockedResult([1, 2]),
    });

    expect(afterItemSelector).toEqual([
      { value: "a", index: 0 },
      { value: "b", index: 1 },
    ]);
    expect(others).toEqual({
      input,
      afterInputPath: input,
      afterItemsPath: ["a", "b"],
      maxConcurrency: 2,
      toleratedFailureCount: 1,
      toleratedFailurePercentage: 50,
      afterResultSelector: [1, 2],
      afterResultPath: [1, 2],
    });
  });

  test("what a distributed Map makes of what its ItemReader finds", async () => {
    const definition = {
      ...map,
      QueryLanguage: "JSONata",
      ItemProcessor: { ...item, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } },
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
        Arguments: { Bucket: "any", Key: "any" },
      },
      ItemSelector: { id: "{% $states.context.Map.Item.Value.id %}" },
      ItemBatcher: { MaxItemsPerBatch: 2 },
    };
    const stateConfiguration = { mapItemReaderData: "id\n1\n2\n3\n" };

    expect(await inspected({ definition, ...mockedResult([1, 2, 3]), stateConfiguration })).toEqual({
      input: {},
      maxConcurrency: 0,
      afterItemSelector: [{ id: "1" }, { id: "2" }, { id: "3" }],
      afterItemBatcher: [{ Items: [{ id: "1" }, { id: "2" }] }, { Items: [{ id: "3" }] }],
    });
    expect(await inspected({ definition, ...mockedResult([1, 2, 3]) })).toEqual({ input: {}, maxConcurrency: 0 });
  });

  test("nothing at level INFO", async () => {
    expect(await tested({ definition: { Type: "Succeed" }, inspectionLevel: "INFO" })).toEqual({
      status: "SUCCEEDED",
      output: "{}",
    });
  });
});

describe("a mocked error", () => {
  const definition = {
    Type: "Task",
    Resource: "arn:aws:states:::glue:startJobRun.sync",
    Retry: [
      { ErrorEquals: ["Other"] },
      { ErrorEquals: ["Busy"], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2, JitterStrategy: "FULL" },
    ],
    Catch: [
      { ErrorEquals: ["Other"], Next: "Elsewhere" },
      { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Handle" },
    ],
    End: true,
  };

  test.each([
    [0, 3],
    [1, 6],
  ])("after %i retries waits %i seconds for the next", async (retrierRetryCount, retryBackoffIntervalSeconds) => {
    const given = { definition, ...mockedError("Busy"), stateConfiguration: { retrierRetryCount } };
    const { inspectionData, ...answer } = await tested({ ...given, inspectionLevel: "DEBUG" });

    expect(answer).toEqual({ status: "RETRIABLE", error: "Busy", cause: "as asked" });
    expect(inspectionData?.errorDetails).toEqual({ retryIndex: 1, retryBackoffIntervalSeconds });
  });

  test("is caught once its retries are spent", async () => {
    const given = {
      definition,
      ...mockedError("Busy"),
      stateConfiguration: { retrierRetryCount: 2 },
      input: text({ id: 1 }),
    };
    const { inspectionData, ...answer } = await tested({ ...given, inspectionLevel: "TRACE" });

    expect(answer).toEqual({
      status: "CAUGHT_ERROR",
      error: "Busy",
      cause: "as asked",
      nextState: "Handle",
      output: text({ id: 1, error: { Error: "Busy", Cause: "as asked" } }),
    });
    expect(inspectionData?.errorDetails).toEqual({ catchIndex: 1 });
  });

  test("fails a Parallel whose branches have caused it", async () => {
    const given = { definition: { ...parallel, End: true }, ...mockedError("Busy") };

    expect(await tested({ ...given, stateConfiguration: { errorCausedByState: "B" } })).toEqual({
      status: "FAILED",
      error: "Busy",
      cause: "as asked",
    });
  });
});

describe("the iterations of a Map that are said to have failed", () => {
  const iterations = (mapIterationFailureCount: number, fields: object) =>
    tested({
      definition: { ...map, ...fields },
      input: "[1,2,3,4]",
      ...mockedResult([1, 2, 3]),
      stateConfiguration: { mapIterationFailureCount },
    });

  test.each([
    [{ ToleratedFailureCount: 1 }, 2],
    [{ ToleratedFailurePercentage: 50 }, 3],
  ])("fail it beyond %o", async (fields, count) => {
    expect(await iterations(count, fields)).toEqual({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    });
    expect((await iterations(count - 1, fields)).status).toBe("SUCCEEDED");
  });
});

test("a mock's context object is what the state sees, whole", async () => {
  const definition = {
    Type: "Task",
    Resource: `${INVOKE}.waitForTaskToken`,
    Parameters: { "token.$": "$$.Task.Token", "name.$": "$$.Execution.Name" },
    ResultSelector: { "context.$": "$$" },
    End: true,
  };
  const context = { Execution: { Name: "mine" }, State: { RetryCount: 2 }, Task: { Token: "t" } };

  const { output, inspectionData } = await tested({
    definition,
    ...mockedResult({}),
    context: text(context),
    inspectionLevel: "DEBUG",
  });

  expect(JSON.parse(output ?? "")).toEqual({ context });
  expect(inspectionData?.afterParameters).toBe(text({ token: "t", name: "mine" }));
});

test("a Task that is not mocked calls its resource", async () => {
  const { service } = embedded({ work: (event) => ({ got: event }) });
  const definition = text({ Type: "Task", Resource: FUNCTION_ARN, End: true });

  const answer = await service.testState({ definition, input: "1", roleArn: "arn:aws:iam::123456789012:role/r" });

  expect(answer).toEqual({ status: "SUCCEEDED", output: text({ got: 1 }), nextState: undefined });
});

describe("refused is", () => {
  const task = (Resource: string) => ({ Type: "Task", Resource, End: true });
  const pass = { Type: "Pass", End: true };
  const roleArn = "arn:aws:iam::000000000000:role/r";

  test.each<[string, Given, string, RegExp]>([
    ["a Map without a mock", { definition: map }, "InvalidDefinition", /does not support Map or Parallel/],
    ["a Parallel without a mock", { definition: parallel }, "InvalidDefinition", /does not support Map or Parallel/],
    [
      "a mock for a Pass",
      { definition: pass, ...mockedResult(1) },
      "ValidationException",
      /State type 'Pass' is not supported when a mock/,
    ],
    [
      "a token's Task without a mock",
      { definition: task(`${INVOKE}.waitForTaskToken`), roleArn },
      "InvalidDefinition",
      /only with a mock/,
    ],
    [
      "a job's Task without a mock",
      { definition: task("arn:aws:states:::states:startExecution.sync:2"), roleArn },
      "InvalidDefinition",
      /only with a mock/,
    ],
    [
      "an activity without a mock",
      { definition: task("arn:aws:states:us-east-1:000000000000:activity:a"), roleArn },
      "InvalidDefinition",
      /only with a mock/,
    ],
    ["a Task without a role", { definition: task(FUNCTION) }, "ValidationException", /RoleArn must be specified/],
    [
      "a resource that is not here",
      { definition: task("arn:aws:states:::sqs:sendMessage"), roleArn },
      "InvalidDefinition",
      /needs a mock/,
    ],
    [
      "a result and an error",
      { definition: task(INVOKE), mock: { result: "1", errorOutput: {} } },
      "ValidationException",
      /only one of/,
    ],
    [
      "secrets of a mock",
      { definition: task(INVOKE), ...mockedResult({}), revealSecrets: true },
      "ValidationException",
      /RevealSecrets/,
    ],
    ["a context without a mock", { definition: pass, context: "{}" }, "ValidationException", /Context object/],
    ["another name", { definition: item, stateName: "Other" }, "ValidationException", /State not found in definition/],
    [
      "a broken machine",
      { definition: { ...item, StartAt: "Other" }, stateName: "Item" },
      "InvalidDefinition",
      /MISSING_TRANSITION_TARGET/,
    ],
    ["a broken state", { definition: { Type: "Pass" } }, "InvalidDefinition", /Next or End/],
    [
      "a Map's result that is no list",
      { definition: map, ...mockedResult({}) },
      "ValidationException",
      /must be an array/,
    ],
    [
      "one result for two branches",
      { definition: { ...parallel, End: true }, ...mockedResult([1]) },
      "ValidationException",
      /same number of items/,
    ],
    [
      "a cause outside of the state",
      { definition: map, ...mockedError("E"), stateConfiguration: { errorCausedByState: "Elsewhere" } },
      "ValidationException",
      /errorCausedByState/,
    ],
    [
      "a negative count",
      { definition: map, ...mockedError("E"), stateConfiguration: { retrierRetryCount: -1 } },
      "ValidationException",
      /greater than or equal to 0/,
    ],
    ["variables that are no object", { definition: pass, variables: "1" }, "ValidationException", /'variables'/],
    [
      "an unknown level",
      { definition: pass, inspectionLevel: "ALL" as never },
      "ValidationException",
      /INFO, DEBUG, TRACE/,
    ],
    [
      "a result that is no JSON",
      { definition: task(INVOKE), mock: { result: "{" } },
      "ValidationException",
      /mock.result/,
    ],
    [
      "a result of another shape",
      { definition: task(INVOKE), ...mockedResult({ StatusCode: "200" }) },
      "ValidationException",
      /Field 'StatusCode' must be a number/,
    ],
    [
      "a result without a required field",
      { definition: task("arn:aws:states:::states:startExecution"), ...mockedResult({}) },
      "ValidationException",
      /Required field 'ExecutionArn' is missing/,
    ],
    [
      "a Map in the context",
      { definition: task(INVOKE), ...mockedResult({}), context: text({ Map: {} }) },
      "ValidationException",
      /'Map' field is not supported/,
    ],
    [
      "a token that nobody waits for",
      { definition: task(INVOKE), ...mockedResult({}), context: text({ Task: { Token: "t" } }) },
      "ValidationException",
      /contains 'Task'/,
    ],
    [
      "an unknown field of the context",
      { definition: task(INVOKE), ...mockedResult({}), context: text({ State: { Colour: 1 } }) },
      "ValidationException",
      /Field 'Colour' is not allowed/,
    ],
    [
      "another type in the context",
      { definition: task(INVOKE), ...mockedResult({}), context: text({ Execution: { Id: 1 } }) },
      "ValidationException",
      /Execution.Id must be a string/,
    ],
  ])("%s", async (_, given, name, message) => {
    await expect(tested(given)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  test("no missing field where only present ones are looked at, and nothing where none are", async () => {
    const definition = task("arn:aws:states:::states:startExecution");
    const present = { mock: { result: text({}), fieldValidationMode: "PRESENT" as const } };
    const none = { mock: { result: text({ StartDate: 1 }), fieldValidationMode: "NONE" as const } };

    expect((await tested({ definition, ...present })).status).toBe("SUCCEEDED");
    expect((await tested({ definition, ...none })).status).toBe("SUCCEEDED");
  });
});
