import { fileURLToPath } from "node:url";
import {
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { clientConfig, useStack } from "../fixtures/use-stack.js";

const module = fileURLToPath(new URL("./fixtures/handlers.mjs", import.meta.url));

async function useLambda(names: readonly string[]) {
  const written: string[] = [];
  let hear = () => {};
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const stack = await useStack({
    onLog: ({ text }) => {
      written.push(text);
      hear();
    },
  });
  for (const name of names) stack.lambda.createFunction({ name, handler: { module, path: [name] } });
  const client = new LambdaClient(clientConfig(stack));
  const invoke = (input: InvokeCommandInput) => client.send(new InvokeCommand(input));
  return { stack, client, invoke, written, heard };
}

test("Invoke answers with the handler's result, by name and by ARN", async () => {
  const { invoke, stack } = await useLambda(["echo"]);
  const functionArn = stack.lambda.getFunction("echo").functionArn;

  for (const FunctionName of ["echo", functionArn]) {
    const answer = await invoke({ FunctionName, Payload: Buffer.from('{"a":1}') });

    expect(answer.Payload?.transformToString()).toBe('{"a":1}');
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(answer.FunctionError).toBeUndefined();
  }
});

test("Invoke without a payload gives the handler an empty object", async () => {
  const { invoke } = await useLambda(["echo"]);

  const { Payload } = await invoke({ FunctionName: "echo" });

  expect(Payload?.transformToString()).toBe("{}");
});

test("a function's error is an answer with FunctionError", async () => {
  const { invoke } = await useLambda(["fail"]);

  const { StatusCode, FunctionError, Payload } = await invoke({ FunctionName: "fail" });

  expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: "Unhandled" });
  expect(JSON.parse(Payload?.transformToString() ?? "")).toMatchObject({ errorType: "RangeError" });
});

test("LogType Tail gives back what the invocation wrote", async () => {
  const { invoke } = await useLambda(["write"]);

  const { LogResult } = await invoke({ FunctionName: "write", LogType: "Tail", Payload: Buffer.from('{"word":"hi"}') });

  expect(Buffer.from(LogResult ?? "", "base64").toString()).toBe("out hi\nerr\nand");
});

test("Event is accepted at once and runs", async () => {
  const { invoke, heard, written } = await useLambda(["write"]);

  const { StatusCode } = await invoke({
    FunctionName: "write",
    InvocationType: "Event",
    Payload: Buffer.from('{"word":"later"}'),
  });

  expect(StatusCode).toBe(202);
  await heard;
  expect(written[0]).toBe("out later\n");
});

test("DryRun runs nothing", async () => {
  const { invoke, written } = await useLambda(["write"]);

  expect((await invoke({ FunctionName: "write", InvocationType: "DryRun" })).StatusCode).toBe(204);
  expect(written).toEqual([]);
});

test.each<[string, InvokeCommandInput, string, number]>([
  ["an unknown function", { FunctionName: "nobody" }, "ResourceNotFoundException", 404],
  ["an unknown function later", { FunctionName: "nobody", InvocationType: "Event" }, "ResourceNotFoundException", 404],
  ["no JSON", { FunctionName: "echo", Payload: Buffer.from("{") }, "InvalidRequestContentException", 400],
  [
    "no JSON later",
    { FunctionName: "echo", InvocationType: "Event", Payload: Buffer.from("{") },
    "InvalidRequestContentException",
    400,
  ],
  ["over 6 MB", { FunctionName: "echo", Payload: Buffer.alloc(6_291_557, 32) }, "RequestTooLargeException", 413],
])("%s is refused", async (_what, input, name, httpStatusCode) => {
  const { invoke } = await useLambda(["echo"]);

  await expect(invoke(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
});

test.each<[Partial<InvokeCommandInput>, string]>([
  [{ TenantId: "one" }, "The embedded Lambda does not support TenantId."],
  [{ LogType: "All" as "Tail" }, 'The log type "All" is not one of None, Tail.'],
])("Invoke with %j is refused, and nothing runs", async (input, message) => {
  const { invoke, written } = await useLambda(["write"]);

  await expect(invoke({ FunctionName: "write", InvocationType: "RequestResponse", ...input })).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message,
  });
  expect(written).toEqual([]);
});

test("a qualifier is $LATEST or one that the function was created with, and shows in the ARN it is called by", async () => {
  const { stack, invoke } = await useLambda([]);
  const handler = { module, path: ["invokedArn"] };
  const functionArn = stack.lambda.createFunction({ name: "work", handler, qualifiers: ["live", "7"] });

  const called = async (input: InvokeCommandInput) => (await invoke(input)).Payload?.transformToString();

  expect(await called({ FunctionName: "work", Qualifier: "$LATEST" })).toBe(JSON.stringify(`${functionArn}:$LATEST`));
  expect(await called({ FunctionName: "work", Qualifier: "live" })).toBe(JSON.stringify(`${functionArn}:live`));
  expect(await called({ FunctionName: `${functionArn}:7` })).toBe(JSON.stringify(`${functionArn}:7`));
  await expect(invoke({ FunctionName: "work", Qualifier: "8" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: `Function not found: ${functionArn}:8`,
  });
  await expect(invoke({ FunctionName: "work:7", Qualifier: "live" })).rejects.toMatchObject({
    name: "InvalidParameterValueException",
  });
});

test("the client context reaches the handler; one that is no JSON is refused", async () => {
  const { invoke } = await useLambda(["clientContext"]);
  const context = (text: string) => Buffer.from(text).toString("base64");

  const { Payload } = await invoke({ FunctionName: "clientContext", ClientContext: context('{"custom":{"a":"b"}}') });

  expect(Payload?.transformToString()).toBe('{"custom":{"a":"b"}}');
  await expect(invoke({ FunctionName: "clientContext", ClientContext: context("{") })).rejects.toMatchObject({
    name: "InvalidRequestContentException",
  });
});

test("LogType Tail gives back the last 4 KB", async () => {
  const { invoke } = await useLambda(["write"]);
  const word = "x".repeat(5_000);

  const { LogResult } = await invoke({
    FunctionName: "write",
    LogType: "Tail",
    Payload: Buffer.from(JSON.stringify({ word })),
  });

  expect(Buffer.from(LogResult ?? "", "base64").toString()).toBe(`${"x".repeat(4_096 - 8)}\nerr\nand`);
});

test("a page of a list is refused", async () => {
  const { client } = await useLambda(["echo"]);

  await expect(client.send(new ListFunctionsCommand({ MaxItems: 1 }))).rejects.toMatchObject({
    message: 'The embedded Lambda does not support MaxItems "1".',
  });
});

test("ListFunctions and GetFunction describe what there is", async () => {
  const { client } = await useLambda(["write", "echo"]);

  const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
  const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: "echo" }));

  expect(Functions.map(({ FunctionName }) => FunctionName)).toEqual(["echo", "write"]);
  expect(Configuration).toMatchObject({
    FunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:echo",
    Timeout: 3,
    MemorySize: 128,
  });
});
