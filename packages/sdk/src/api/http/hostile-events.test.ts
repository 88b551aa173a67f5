import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  expectNoPollution,
  hostileJson,
  hostileObject,
  hostileText,
  nested,
  replaying,
} from "../../../../../fuzz/hostile.js";
import events from "../../fixtures/corpus/events.json" with { type: "json" };
import statusChanges from "../../fixtures/corpus/status-changes.json" with { type: "json" };
import { flow } from "../../flow/index.js";
import { createTestStack } from "../../testing/index.js";
import { EVENT_KINDS } from "../fixtures/events.js";
import { captureStdout } from "../fixtures/stdout.js";
import { createIotAuthHandler, createStartHandler, createStateHandler, createStatusNotifier } from "../index.js";
import { PROBLEMS } from "./problem.js";

/** Whatever event comes: an answer that is a problem of the table, or `InvalidEventError` for what is no request. */

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";
const PLACE = { stateMachineArn: MACHINE, bucketName: "sidecars" };
const orders = flow("Orders", { input: z.object({ text: z.json() }), topicRoot: "orders" });

const useHandlers = () => {
  const stack = createTestStack();
  const stepFunctions = new SFNClient({ region: "us-east-1" });
  mockClient(stepFunctions)
    .on(DescribeExecutionCommand)
    .resolves({ status: "RUNNING", startDate: new Date(0) });
  const sts = new STSClient({ region: "us-east-1" });
  const Credentials = { AccessKeyId: "a", SecretAccessKey: "s", SessionToken: "t", Expiration: new Date(0) };
  const assumed = mockClient(sts);
  assumed.on(AssumeRoleCommand).resolves({ Credentials });
  const roleArn = "arn:aws:iam::123456789012:role/listener";
  const iot = {
    topicRoot: "orders",
    region: "us-east-1",
    iotEndpoint: "a-ats.iot.us-east-1.amazonaws.com",
    roleArn,
    sts,
  };
  return {
    stack,
    handlers: [
      createStartHandler({ flow: orders, ...PLACE, s3: stack.clients.s3, stepFunctions: stack.clients.sfn }),
      createStateHandler({ stateMachineArn: MACHINE, stepFunctions, cors: { origins: ["https://app.example.org"] } }),
      createIotAuthHandler({ subtopics: ({ subject }) => subject.match(/[\w-]{1,64}/g) ?? [], ...iot }),
    ],
    policies: () => assumed.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input.Policy ?? ""),
  };
};

const headers = fc.dictionary(
  fc.oneof(fc.constantFrom("idempotency-key", "sfs3-subtopic", "origin", "Host", "x-forwarded-proto"), hostileText),
  hostileText,
  { maxKeys: 4 },
);
const query = fc.dictionary(
  fc.oneof(fc.constantFrom("executionArn", "transactionId", "subtopic"), hostileText),
  fc.oneof(
    hostileText,
    hostileText.map((name) => `arn:aws:states:us-east-1:123456789012:execution:Orders:${name}`),
  ),
  { maxKeys: 3 },
);
const body = fc.oneof(
  hostileText,
  hostileJson,
  hostileObject({ text: hostileJson, subtopic: hostileText, upload: hostileText, contentLength: fc.integer() }),
);
const authorizer = fc.oneof(
  hostileJson.map((value) => value as object),
  hostileText.map((sub) => ({ jwt: { claims: { sub } } })),
  hostileText.map((userArn) => ({ iam: { userArn } })),
);
const request = fc.record({
  method: fc.constantFrom("GET", "POST", "OPTIONS", "PUT", "get"),
  path: fc.oneof(fc.constantFrom("/start", "/start/uploads"), hostileText),
  headers,
  query,
  body,
  authorizer,
});

const event: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...EVENT_KINDS), request).map(([[, eventOf], sent]) => eventOf(sent)),
  },
  {
    weight: 1,
    arbitrary: hostileObject({
      requestContext: hostileObject({
        http: hostileObject({ method: fc.constant("POST"), path: hostileJson }),
        path: hostileJson,
      }),
      rawPath: hostileJson,
      httpMethod: fc.oneof(fc.constant("POST"), hostileJson),
      path: hostileJson,
      headers: hostileJson,
      queryStringParameters: hostileJson,
      body: hostileJson,
      isBase64Encoded: fc.oneof(fc.boolean(), hostileJson),
    }),
  },
  { weight: 1, arbitrary: hostileJson },
);

const PROBLEM_TYPES = Object.keys(PROBLEMS).map((name) => `urn:sfs3:problem:${name}`);
const TOPIC_FILTER = /^orders\/[A-Za-z0-9_-]{1,64}\/#$/;
const KEY = /^(uploads\/)?[A-Za-z0-9_-]{1,64}$/;

describe("an HTTP event of any kind", () => {
  test("is answered, or refused by name; nothing beside its own keys and topics is touched", async () => {
    captureStdout();
    await fc.assert(
      fc.asyncProperty(event, async (given) => {
        const { handlers, stack, policies } = useHandlers();
        for (const handler of handlers) {
          const answer = await handler(given).catch((error: unknown) => {
            expect(error).toMatchObject({ name: "InvalidEventError" });
          });
          if (answer === undefined) continue;
          const said = answer.body === "" ? {} : JSON.parse(answer.body);
          if (answer.statusCode >= 400) expect(PROBLEM_TYPES).toContain(said.type);
          expect(said.type).not.toBe("urn:sfs3:problem:internal");
          expect(Object.values(answer.headers).join("")).not.toMatch(/[\r\n]/);
          if (said.topicFilter !== undefined) expect(said.topicFilter).toMatch(TOPIC_FILTER);
        }

        expectNoPollution();
        for (const { key } of stack.requests) expect(key).toMatch(KEY);
        for (const policy of policies())
          for (const { Resource } of JSON.parse(policy).Statement) expect(Resource).not.toMatch(/\*.|[?]/);
      }),
      replaying<unknown>(events, 150),
    );
  });

  test("that nests its input deeper than any process can read is refused, be it in the body or uploaded", async () => {
    const { stack, handlers } = useHandlers();
    const [start] = handlers;
    stack.write("uploads/0xdeep", `{"text":${nested(1_000)}}`);
    const bodies = [
      `{"text":${nested(1_000)}}`,
      `{"text":${nested(1_000_000)}}`,
      "[".repeat(100_000),
      { upload: "0xdeep" },
    ];

    for (const sent of bodies) {
      const answer = await start?.(EVENT_KINDS[0][1]({ body: sent }));

      expect(answer?.statusCode).toBe(400);
      expect(JSON.parse(answer?.body ?? "").detail).toContain("nested more than 500 levels deep");
    }
    expect((await start?.(EVENT_KINDS[0][1]({ body: `{"text":${nested(498)}}` })))?.statusCode).toBe(201);
    expect((await start?.(EVENT_KINDS[0][1]({ body: { text: '[{"'.repeat(1_000) } })))?.statusCode).toBe(201);
  });
});

describe("an event of an execution's end, of any kind", () => {
  test("is announced below the topic root, ignored, or refused by name", async () => {
    captureStdout();
    const input = fc.oneof(
      hostileText,
      hostileObject({ processData: hostileText, subtopic: hostileText }).map((value) => JSON.stringify(value)),
    );
    const change = hostileObject({
      "detail-type": fc.constant("Step Functions Execution Status Change"),
      detail: hostileObject({
        executionArn: hostileText.map((name) => `arn:aws:states:us-east-1:123456789012:execution:Orders:${name}`),
        status: fc.constantFrom("FAILED", "TIMED_OUT", "RUNNING", "constructor"),
        input,
        stopDate: fc.oneof(fc.nat(), hostileJson),
      }),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileJson, change), async (given: unknown) => {
        const { stack } = useHandlers();
        const stepFunctions = new SFNClient({ region: "us-east-1" });
        mockClient(stepFunctions).onAnyCommand().resolves({ events: [] });
        const { s3, iot } = stack.clients;
        const notify = createStatusNotifier({ flow: orders, ...PLACE, s3, stepFunctions, iotDataPlane: iot });

        const error = await notify(given).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );

        if (error !== undefined)
          expect(["InvalidEventError", "StepConfigurationError", "NotYetError"]).toContain((error as Error).name);
        expectNoPollution();
        for (const { topic } of stack.messages) expect(topic).toMatch(/^orders(\/[A-Za-z0-9_-]{1,64}){1,2}$/);
      }),
      replaying<unknown>(statusChanges, 150),
    );
  });
});
