import { createIotAuthHandler } from "@sfs3/sdk/api";
import { Template } from "aws-cdk-lib/assertions";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostileText, replaying } from "../../../fuzz/hostile.js";
import { type Decision, evaluate, type Statement } from "./fixtures/policies/evaluate.js";
import { ACCOUNT, REGION } from "./fixtures/policies/resolve.js";
import { statementsOf } from "./fixtures/policies/roles.js";
import { newStack, ordersIn } from "./fixtures/synthesized.js";

/** What a caller can do with the credentials that the API gives it: what the role and the session's own policy both allow. */

const OWN = "orders/worker1/#";
/** As STS gets to see them. */
async function credentials() {
  let policy = "";
  const sts = {
    send: async ({ input }: { readonly input: { readonly Policy: string } }) => {
      policy = input.Policy;
      return { Credentials: { AccessKeyId: "a", SecretAccessKey: "s", SessionToken: "t", Expiration: new Date(0) } };
    },
  };
  const handler = createIotAuthHandler({
    subtopics: ({ subject }) => [subject],
    roleArn: `arn:aws:iam::${ACCOUNT}:role/Listener`,
    topicRoot: "orders",
    region: REGION,
    iotEndpoint: "iot.example.org",
    sts: sts as never,
  });
  const authorizer = { jwt: { claims: { sub: "worker1" } } };
  const { body } = await handler({ requestContext: { http: { method: "GET", path: "/iot/keys" }, authorizer } });
  const { Statement: session } = JSON.parse(policy) as { readonly Statement: readonly Statement[] };
  return { session, clientId: (JSON.parse(body) as { readonly clientId: string }).clientId };
}

const { session, clientId } = await credentials();
const stack = newStack();
const { api } = ordersIn(stack);
const role = statementsOf(Template.fromStack(stack), api?.listenerRole);

function decide(action: string, path: string): Decision {
  const request = { action, resource: `arn:aws:iot:${REGION}:${ACCOUNT}:${path}` };
  const decisions = [role, session].map((statements) => evaluate(statements, request));
  return decisions.find((decision) => decision !== "allowed") ?? "allowed";
}

test("it may connect under its client id, subscribe to its filter and receive what that matches", () => {
  expect(decide("iot:Connect", `client/${clientId}`)).toBe("allowed");
  expect(decide("iot:Subscribe", `topicfilter/${OWN}`)).toBe("allowed");
  expect(decide("iot:Receive", "topic/orders/worker1/0x58fe985b")).toBe("allowed");
  expect(decide("iot:Receive", "topic/orders/worker1/0x58fe985b/reserve")).toBe("allowed");
});

describe("it may not subscribe to", () => {
  test.each([
    "#",
    "+",
    "*",
    "+/#",
    "+/worker1/#",
    "orders/#",
    "orders/+",
    "orders/+/#",
    "orders/*",
    "orders/worker2/#",
    "orders/worker1/+",
    "orders/worker1/*",
    "orders/worker1/#/",
    "orders/worker1",
    "orders/worker10/#",
    "orders/worker1/../worker2/#",
    "orders/../#",
    "../#",
    "orders//worker1/#",
    "/orders/worker1/#",
    "ORDERS/worker1/#",
    "%23",
    "orders/%23",
    "orders/worker1/%23",
    "orders%2Fworker1%2F#",
    "orders/worker1/#\u0000",
    "invoices/worker1/#",
    "$aws/#",
    "$aws/things/+/shadow/#",
    "$aws/events/#",
    "$SYS/#",
    `$share/group/${OWN}`,
    `$queue/${OWN}`,
  ])("%j", (filter) => {
    expect(decide("iot:Subscribe", `topicfilter/${filter}`)).toBe("denied");
  });

  test("anything but its own filter", () => {
    const filter = fc.array(hostileText, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
    const near = fc.tuple(fc.nat(OWN.length), hostileText).map(([at, text]) => OWN.slice(0, at) + text + OWN.slice(at));
    fc.assert(
      fc.property(fc.oneof(filter, near), (other) => {
        fc.pre(other !== OWN);
        expect(decide("iot:Subscribe", `topicfilter/${other}`)).toBe("denied");
      }),
      replaying<string>([], 500),
    );
  });
});

test.each([
  "orders/0x1",
  "orders/worker2/0x1",
  "orders/worker10/0x1",
  "orders/worker1",
  "invoices/worker1/0x1",
  "$aws/events/presence/connected/x",
])("it may not receive what is published on %s", (topic) => {
  expect(decide("iot:Receive", `topic/${topic}`)).toBe("denied");
});

test.each(["", "*", "#", "sfs3-*", "sfs3-00000000-0000-4000-8000-000000000000", "orders-service"])(
  "it may not connect as %j, whoever that is",
  (other) => {
    expect(decide("iot:Connect", `client/${other}`)).toBe("denied");
    expect(decide("iot:Connect", `client/${clientId}${other || "x"}`)).toBe("denied");
  },
);

test("it may publish nothing, retain nothing, and touch no shadow, rule or retained message", () => {
  for (const action of ["iot:Publish", "iot:RetainPublish", "iot:GetRetainedMessage", "iot:ListRetainedMessages"]) {
    expect([action, decide(action, "topic/orders/worker1/0x1")]).toEqual([action, "denied"]);
  }
  for (const action of ["iot:UpdateThingShadow", "iot:CreatePolicy", "iot:AttachPolicy", "iot:UpdateCertificate"]) {
    expect([action, decide(action, `client/${clientId}`)]).toEqual([action, "denied"]);
  }
});
