import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { useControlPlane } from "../../fixtures/use-control-plane.js";
import { EVENT_KINDS, httpApiEvent, jwt, restApiEvent, type SentRequest } from "../fixtures/events.js";
import { captureStdout } from "../fixtures/stdout.js";
import { createIotAuthHandler, type IotAuthHandlerOptions } from "../index.js";

const ROLE = "arn:aws:iam::123456789012:role/listener";
const CREDENTIALS = {
  AccessKeyId: "ASIACANARY",
  SecretAccessKey: "secret-canary",
  SessionToken: "token-canary",
  Expiration: new Date("2030-01-01T01:00:00Z"),
};

const serviceWith = (options: Partial<IotAuthHandlerOptions> = {}) => {
  const sts = new STSClient({ region: "us-east-1" });
  const mock = mockClient(sts);
  mock.on(AssumeRoleCommand).resolves({ Credentials: CREDENTIALS });
  const handler = createIotAuthHandler({
    roleArn: ROLE,
    topicRoot: "processa",
    iotEndpoint: "a-ats.iot.us-east-1.amazonaws.com",
    region: "us-east-1",
    subtopics: ({ subject }) => [subject],
    sts,
    ...options,
  });
  const ask = async (sent: SentRequest = {}) => {
    const event = httpApiEvent({ method: "GET", path: "/iot/keys", authorizer: jwt("worker1"), ...sent });
    const { statusCode, headers, body } = await handler(event);
    return { statusCode, headers, body: JSON.parse(body) as Record<string, string> };
  };
  return { mock, handler, ask, assumed: () => mock.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input) };
};

test("a known caller gets credentials for one client id and one topic filter below its subtopic", async () => {
  const { ask, assumed } = serviceWith();

  const { statusCode, headers, body } = await ask();

  const { clientId } = body;
  expect([statusCode, headers["cache-control"]]).toEqual([200, "no-store"]);
  expect(body).toEqual({
    iotEndpoint: "a-ats.iot.us-east-1.amazonaws.com",
    region: "us-east-1",
    accessKey: "ASIACANARY",
    secretKey: "secret-canary",
    sessionToken: "token-canary",
    expiration: "2030-01-01T01:00:00.000Z",
    clientId: expect.stringMatching(/^sfs3-[0-9a-f-]{36}$/),
    topicFilter: "processa/worker1/#",
  });
  expect(assumed()).toMatchObject([{ RoleArn: ROLE, RoleSessionName: "sfs3-worker1", DurationSeconds: 3600 }]);
  expect(JSON.parse(assumed()[0]?.Policy ?? "")).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "iot:Connect", Resource: `arn:aws:iot:us-east-1:123456789012:client/${clientId}` },
      {
        Effect: "Allow",
        Action: "iot:Subscribe",
        Resource: "arn:aws:iot:us-east-1:123456789012:topicfilter/processa/worker1/#",
      },
      {
        Effect: "Allow",
        Action: "iot:Receive",
        Resource: "arn:aws:iot:us-east-1:123456789012:topic/processa/worker1/*",
      },
    ],
  });
});

test("two callers never share a client id, which would throw one of them out", async () => {
  const { ask } = serviceWith();

  expect((await ask()).body.clientId).not.toBe((await ask()).body.clientId);
});

test.each(EVENT_KINDS)("%s without an identity is refused with 401, whatever its headers say", async (_, eventOf) => {
  const { handler, assumed } = serviceWith();

  const answer = await handler(eventOf({ method: "GET", headers: { authorization: "Bearer token" } }));

  expect(answer).toMatchObject({ statusCode: 401, headers: { "www-authenticate": "Bearer" } });
  expect(assumed()).toEqual([]);
});

test("IAM's caller is its ARN, and the trail can name it", async () => {
  const userArn = `arn:aws:iam::123456789012:user/${"long/".repeat(20)}ann`;
  const { ask, assumed } = serviceWith({ subtopics: ({ subject }) => [subject.split("/").at(-1) ?? ""] });

  const { body } = await ask({ authorizer: { iam: { userArn } } });

  expect(body.topicFilter).toBe("processa/ann/#");
  expect(assumed()[0]?.RoleSessionName).toMatch(/^sfs3-[\w+=,.@-]{59}$/);
});

test("claims of a REST API's authorizer reach subtopics", async () => {
  const { handler } = serviceWith({ subtopics: async ({ claims }) => [String(claims["custom:team"])] });

  const answer = await handler(
    restApiEvent({ method: "GET", authorizer: { claims: { sub: "ann", "custom:team": "blue" } } }),
  );

  expect(JSON.parse(answer.body).topicFilter).toBe("processa/blue/#");
});

test.each([
  [["a", "b"], { subtopic: "b" }, 200],
  [["a", "b"], { subtopic: "c" }, 403],
  [["a", "b"], {}, 400],
  [[], {}, 403],
  [["a"], { subtopic: "#" }, 400],
  [["a"], { subtopic: "+" }, 400],
  [["a"], { subtopic: "*" }, 400],
  [["a"], { subtopic: "a/b" }, 400],
  [["a"], { subtopic: "" }, 400],
])("of the subtopics %o the query %o is answered by %i", async (own, query, status) => {
  const { ask, assumed } = serviceWith({ subtopics: () => own });

  expect((await ask({ query })).statusCode).toBe(status);
  expect(assumed()).toHaveLength(status === 200 ? 1 : 0);
});

test.each([["*"], ["a/b"], ["a?b"], [undefined]])(
  "subtopics that return %o open nothing, and the log says why",
  async (name) => {
    const { text } = captureStdout();
    const { ask, assumed } = serviceWith({ subtopics: () => [name] as never });

    expect((await ask()).statusCode).toBe(500);
    expect(JSON.parse(text()).reason).toContain("subtopics must return a list of names");
    expect(assumed()).toEqual([]);
  },
);

test("the longest policy is within what STS takes", async () => {
  const name = "n".repeat(64);
  const { ask, assumed } = serviceWith({
    topicRoot: "r".repeat(61),
    region: "us-gov-northwest-1",
    roleArn: `arn:aws-us-gov:iam::123456789012:role/${"r".repeat(64)}`,
    subtopics: () => [name],
  });

  await ask();

  expect(assumed()[0]?.Policy).toContain("arn:aws-us-gov:iot:us-gov-northwest-1:123456789012:topicfilter/");
  expect(assumed()[0]?.Policy?.length).toBeLessThan(2_048);
});

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Among them what is more in MQTT or in a policy than its text. */
const subtopics = fc.oneof(
  fc.stringMatching(NAME),
  fc.string({ unit: "grapheme", maxLength: 70 }),
  fc
    .array(fc.constantFrom("a", "-", "#", "+", "*", "?", "/", "$", "{", "}", '"', "\\", "\n", "ä", "😀", "\u0000"), {
      maxLength: 8,
    })
    .map((all) => all.join("")),
);

test.each([
  ["a caller", (name: string) => ({ own: [name], query: {} })],
  ["a query", (name: string) => ({ own: ["worker1"], query: { subtopic: name } })],
  ["a caller and its query", (name: string) => ({ own: [name, "worker1"], query: { subtopic: name } })],
])("whatever subtopic %s names, the policy opens that one level of the topics, or nothing", async (_, named) => {
  captureStdout();
  await fc.assert(
    fc.asyncProperty(subtopics, async (name) => {
      const { own, query } = named(name);
      const { ask, assumed } = serviceWith({ subtopics: () => own });

      const { statusCode } = await ask({ query });

      const policies = assumed().map(({ Policy = "" }) => Policy);
      const opened = policies.flatMap((policy) =>
        JSON.parse(policy).Statement.map(({ Resource }: { readonly Resource: string }) => Resource),
      );
      const isOpen = NAME.test(name) && own.includes(name);
      expect([statusCode === 200, policies.length]).toEqual(isOpen ? [true, 1] : [false, 0]);
      if (!isOpen) return;
      expect(policies[0]?.length).toBeLessThan(2_048);
      expect(opened.slice(1)).toEqual([
        `arn:aws:iot:us-east-1:123456789012:topicfilter/processa/${name}/#`,
        `arn:aws:iot:us-east-1:123456789012:topic/processa/${name}/*`,
      ]);
    }),
  );
});

test("no key, token or claim is logged, whatever STS says", async () => {
  const { text } = captureStdout();
  vi.stubEnv("LOG_LEVEL", "TRACE");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { ask, mock } = serviceWith();

  await ask();
  mock.on(AssumeRoleCommand).rejects(Object.assign(new Error("canary"), { name: "AccessDenied" }));
  const denied = await ask({ authorizer: jwt("worker1", { email: "canary" }), headers: { authorization: "canary" } });
  mock.on(AssumeRoleCommand).resolves({});
  const empty = await ask();

  expect([denied.statusCode, empty.statusCode]).toEqual([500, 500]);
  expect(text()).toContain("AccessDenied");
  expect(text() + JSON.stringify(denied.body)).not.toMatch(/canary/i);
});

test("settings come from the environment, and the endpoint is looked up once a container", async () => {
  const sts = mockClient(STSClient);
  onTestFinished(() => {
    sts.restore();
    vi.unstubAllEnvs();
  });
  const lookups = await useControlPlane(() => ({ body: { endpointAddress: "found.iot.example" } }));
  sts.on(AssumeRoleCommand).resolves({ Credentials: CREDENTIALS });
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("TOPIC_ROOT", "root");
  vi.stubEnv("IOT_ROLE_ARN", ROLE);
  const handler = createIotAuthHandler({ subtopics: () => ["w"], durationSeconds: 900 });
  const ask = async () =>
    JSON.parse((await handler(httpApiEvent({ method: "GET", authorizer: jwt("a") }))).body) as object;

  const answers = [await ask(), await ask()];

  const found = { iotEndpoint: "found.iot.example", region: "eu-central-1", topicFilter: "root/w/#" };
  expect(answers).toMatchObject([found, found]);
  expect(lookups).toHaveLength(1);
  expect(sts.commandCalls(AssumeRoleCommand)[0]?.args[0].input.DurationSeconds).toBe(900);
});

test("a topic root that a policy would read as a pattern is refused", async () => {
  const { text } = captureStdout();
  vi.stubEnv("TOPIC_ROOT", "*");
  onTestFinished(() => void vi.unstubAllEnvs());
  const sts = new STSClient({ region: "us-east-1" });
  const handler = createIotAuthHandler({ subtopics: () => ["w"], region: "r", roleArn: ROLE, iotEndpoint: "e", sts });

  expect((await handler(httpApiEvent({ method: "GET", authorizer: jwt("a") }))).statusCode).toBe(500);
  expect(JSON.parse(text()).reason).toContain("topicRoot, or else TOPIC_ROOT, must be topic levels");
});

test.each([
  [{}, "subtopics is required"],
  [{ subtopics: () => [], role: ROLE }, "unknown option 'role'"],
  [{ subtopics: () => [], roleArn: "listener" }, "roleArn must be an IAM role's ARN"],
  [{ subtopics: () => [], durationSeconds: 43_200 }, "durationSeconds must be an integer from 900 to 3600"],
  [{ subtopics: () => [], topicRoot: "a/#" }, "topicRoot must be topic levels"],
])("options %o are refused when the handler is made", (options, message) => {
  expect(() => createIotAuthHandler(options as never)).toThrow(message);
});
