import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createStartHandler, createStateHandler, type HttpHandler } from "@sfs3/sdk/api";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { clientConfig, useStack } from "./fixtures/use-stack.js";

/** The handlers of the API on the embedded stack, by the AWS clients over HTTP. */

const DEFINITION = {
  QueryLanguage: "JSONata",
  StartAt: "Only",
  States: { Only: { Type: "Pass", End: true } },
};

async function useApi() {
  const stack = await useStack();
  await stack.s3.createBucket("sidecars");
  const { stateMachineArn } = await stack.stepFunctions.createStateMachine({
    name: "Orders",
    definition: JSON.stringify(DEFINITION),
    roleArn: stack.roleArn,
  });
  const s3 = new S3Client(clientConfig(stack));
  const stepFunctions = new SFNClient(clientConfig(stack));
  const start = createStartHandler({
    inputSchema: z.object({ orderId: z.string() }),
    bucketName: "sidecars",
    stateMachineArn,
    s3,
    stepFunctions,
  });
  return { stack, start, state: createStateHandler({ stateMachineArn, stepFunctions }), stateMachineArn };
}

async function call(handler: HttpHandler, method: string, sent: Readonly<Record<string, unknown>>) {
  const { path = "/start", body, ...event } = sent;
  const answer = await handler({
    version: "2.0",
    rawPath: path,
    headers: { host: "127.0.0.1" },
    requestContext: { http: { method, path } },
    ...event,
    body: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

describe("the API", () => {
  test("a repeated start finds its execution while it runs and after it has ended, and its state is told", async () => {
    const { stack, start, state, stateMachineArn } = await useApi();
    const sent = { body: { orderId: "17" }, headers: { "idempotency-key": "key-1" } };

    const answers = await Promise.all([call(start, "POST", sent), call(start, "POST", sent)]);
    const { transactionId, executionId } = answers[0].body;
    await stack.stepFunctions.completion(executionId);
    answers.push(await call(start, "POST", sent));

    expect(answers).toEqual(Array(3).fill({ status: 201, body: { transactionId, executionId } }));
    const { executions } = await stack.stepFunctions.listExecutions({ stateMachineArn });
    expect(executions).toHaveLength(1);
    const told = await call(state, "GET", { queryStringParameters: { transactionId } });
    expect(told).toMatchObject({ status: 200, body: { status: "SUCCEEDED", executionId, transactionId } });
    expect(await call(state, "GET", { queryStringParameters: { transactionId: "none" } })).toMatchObject({
      status: 404,
      body: { type: "urn:sfs3:problem:not-found" },
    });
  });

  test("an input is uploaded once to the URL that was given, and starts the process", async () => {
    const { stack, start } = await useApi();
    const input = JSON.stringify({ orderId: "ü".repeat(10_000) });
    const contentLength = Buffer.byteLength(input);
    const { body } = await call(start, "POST", { path: "/start/uploads", body: { contentLength } });
    const put = async () =>
      (await fetch(body.uploadUrl, { method: "PUT", body: input, headers: body.uploadHeaders })).status;

    expect([await put(), await put()]).toEqual([200, 412]);
    const started = await call(start, "POST", { body: { upload: body.upload } });

    const { transactionId } = started.body;
    expect(started.status).toBe(201);
    expect(await call(start, "POST", { body: { upload: body.upload } })).toEqual(started);
    expect(stack.s3.listKeys("sidecars")).toEqual([transactionId]);
    const sidecar = await stack.s3.getObject("sidecars", transactionId);
    expect(JSON.parse(sidecar?.body.toString() ?? "")).toMatchObject(JSON.parse(input));
  });
});
