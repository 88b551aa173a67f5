import { expect, test } from "vitest";
import * as z from "zod";
import { createTestStack } from "../../testing/index.js";
import { EVENT_KINDS, httpApiEvent, jwt, restApiEvent } from "../fixtures/events.js";
import { type CorsOptions, createStartHandler, type HttpRequest, type Identity } from "../index.js";

const handlerWith = (options: { cors?: CorsOptions; hear?: (identity: Identity | undefined) => void }) => {
  const { clients } = createTestStack();
  return createStartHandler({
    inputSchema: z.looseObject({}),
    bucketName: "b",
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:M",
    s3: clients.s3,
    stepFunctions: clients.sfn,
    ...(options.cors && { cors: options.cors }),
    authorize: ({ identity }) => {
      options.hear?.(identity);
      return true;
    },
  });
};

const APP = "https://app.example.org";

test.each(EVENT_KINDS)("a preflight of %s is answered for the origins that are configured", async (_, eventOf) => {
  const handler = handlerWith({ cors: { origins: [APP], credentials: true, maxAgeSeconds: 60 } });
  const preflight = async (origin: string) => handler(eventOf({ method: "OPTIONS", headers: { origin } }));

  const allowed = await preflight(APP);
  const refused = await preflight("https://evil.example.org");

  expect(allowed).toMatchObject({
    statusCode: 204,
    headers: {
      "access-control-allow-origin": APP,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": expect.stringContaining("idempotency-key"),
      "access-control-max-age": "60",
      vary: "origin",
    },
  });
  expect(Object.keys(refused.headers)).not.toContain("access-control-allow-origin");
  expect(refused.headers.vary).toBe("origin");
});

test("answers and refusals carry the headers too; any origin never meets credentials", async () => {
  const handler = handlerWith({ cors: { origins: ["*"] } });
  const headersOf = async (body: unknown) => (await handler(httpApiEvent({ body, headers: { origin: APP } }))).headers;

  for (const headers of [await headersOf({}), await headersOf("no JSON")]) {
    expect(headers["access-control-allow-origin"]).toBe("*");
    expect(Object.keys(headers)).not.toContain("access-control-allow-credentials");
  }
});

test("without cors no header of it is sent", async () => {
  const { headers } = await handlerWith({})(httpApiEvent({ body: {}, headers: { origin: APP } }));

  expect(Object.keys(headers).filter((name) => /^(access-control|vary)/.test(name))).toEqual([]);
});

const USER = "arn:aws:sts::123456789012:assumed-role/caller/session";

test.each([
  ["IAM of an HTTP API or a function URL", httpApiEvent({ body: {}, authorizer: { iam: { userArn: USER } } }), USER],
  ["a JWT authorizer of an HTTP API", httpApiEvent({ body: {}, authorizer: jwt("ann") }), "ann"],
  ["a user pool's authorizer of a REST API", restApiEvent({ body: {}, authorizer: { claims: { sub: "ann" } } }), "ann"],
  ["IAM of a REST API", withUserArn(restApiEvent({ body: {} })), USER],
  ["nobody", httpApiEvent({ body: {} }), undefined],
  ["a token without a subject", httpApiEvent({ body: {}, authorizer: { jwt: { claims: {} } } }), undefined],
  ["a header that nobody has verified", httpApiEvent({ body: {}, headers: { authorization: "Bearer a" } }), undefined],
])("the identity comes from %s", async (_, event, subject) => {
  const heard: (Identity | undefined)[] = [];

  await handlerWith({ hear: (identity) => heard.push(identity) })(event);

  expect(heard.map((identity) => identity?.subject)).toEqual([subject]);
});

function withUserArn(event: ReturnType<typeof restApiEvent>) {
  const { requestContext } = event;
  return { ...event, requestContext: { ...requestContext, identity: { ...requestContext.identity, userArn: USER } } };
}

test("identify sees the request as one thing, whatever brought it", async () => {
  const seen: Pick<HttpRequest, "method" | "path" | "query">[] = [];
  const { clients } = createTestStack();
  const handler = createStartHandler({
    inputSchema: z.looseObject({}),
    bucketName: "b",
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:M",
    s3: clients.s3,
    stepFunctions: clients.sfn,
    identify: ({ method, path, query, headers }) => {
      seen.push({ method, path, query });
      return { subject: headers["x-user"] ?? "", claims: {} };
    },
  });

  for (const [, eventOf] of EVENT_KINDS) {
    await handler(eventOf({ body: {}, query: { a: "1" }, headers: { "X-User": "u" } }));
  }

  const [sent, withStage] = ["/start", "/prod/start"].map((path) => ({ method: "POST", path, query: { a: "1" } }));
  expect(seen).toEqual([sent, withStage, sent]);
});
