import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { useStack } from "./fixtures/use-stack.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test("unmodified clients find every service by the environment alone", async () => {
  const stack = await useStack();
  await stack.s3.createBucket("documents");
  for (const name of ["echo", "fail"]) {
    stack.lambda.createFunction({ name, handler: { module: here("./lambda/fixtures/handlers.mjs"), path: [name] } });
  }

  const { stdout } = await promisify(execFile)(process.execPath, [here("./fixtures/aws-clients.mjs")], {
    env: { ...stack.environment, PATH: process.env.PATH },
  });

  expect(JSON.parse(stdout)).toEqual({
    lambda: {
      names: ["echo", "fail"],
      timeoutSeconds: 3,
      payload: '{"a":1}',
      hasRequestId: true,
      functionError: "Unhandled",
      absent: "ResourceNotFoundException",
    },
    iot: {
      message: { topic: "orders/1", text: "SUCCEEDED", qos: 1 },
      retained: "SUCCEEDED",
      refused: "InvalidRequestException",
    },
    s3: "text",
    executionArn: "arn:aws:states:us-east-1:000000000000:execution:Machine:one",
  });
});

describe("requests as the AWS CLI sends them", () => {
  const signedFor = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    "x-amz-date": "20261124T000000Z",
  });
  const json = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AWSStepFunctions.ListStateMachines" };

  const requests: [string, string, RequestInit & { headers: Record<string, string> }][] = [
    ["states", "/", { method: "POST", headers: json, body: "{}" }],
    ["lambda", "/2015-03-31/functions/", { method: "GET", headers: {} }],
    ["iot", "/endpoint?endpointType=iot:Data-ATS", { method: "GET", headers: {} }],
  ];

  test.each(requests)("%s answers what is signed", async (service, path, { headers, ...request }) => {
    const { url } = await useStack();

    const answer = await fetch(`${url}${path}`, { ...request, headers: { ...headers, ...signedFor(service) } });

    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each(requests)("%s refuses what is not signed, or not legibly", async (_service, path, request) => {
    const { url } = await useStack();
    const headers = { ...request.headers, authorization: "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE" };

    const unsigned = await fetch(`${url}${path}`, request);
    const illegible = await fetch(`${url}${path}`, { ...request, headers });

    expect(unsigned.status).toBe(403);
    expect(await unsigned.json()).toEqual({
      __type: "MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    });
    expect(illegible.status).toBe(403);
    expect(await illegible.json()).toMatchObject({ __type: "IncompleteSignatureException" });
  });
});
