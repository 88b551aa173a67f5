import { inspect } from "node:util";
import { createProcessClient, type ProcessClientOptions, ProcessFailedError } from "@sfs3/client";
import { createDirectProcessClient } from "@sfs3/client/direct";
import { flow } from "@sfs3/sdk/flow";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { credentialsFor } from "./fixtures/use-api.js";
import { type Scene, topicOf, useClient } from "./fixtures/use-client.js";

/** No error and no warning of the client tells of an input, an answer, a header, a key or a signature. */

const CANARY = "canary-7f3a";
const input = { text: CANARY, [CANARY]: 1 };
const large = { text: CANARY.repeat(400_000) };
const SECRETS = { accessKey: CANARY, secretKey: CANARY, sessionToken: CANARY };
const query = `?X-Amz-Signature=${CANARY}&key=${CANARY}`;

const troubleOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined).catch((error) => error);

/** Until the client has warned, or not. */
const started = async ({ client, broker }: Scene, end = "SUCCEEDED") => {
  const { transactionId, completed } = await client.start(input);
  const ended = completed({ timeoutMs: 400 });
  if (broker.subscriptions.length > 0) await broker.publish(topicOf(transactionId), end);
  return ended;
};

const offer = (uploadUrl: string) => ({
  status: 200,
  body: { upload: "0x1", uploadUrl, uploadHeaders: { a: CANARY } },
});

test.each<[string, Partial<ProcessClientOptions>, (scene: Scene) => Promise<unknown>]>([
  [
    "the start API refuses it",
    {},
    ({ client, api }) => {
      api.routes.start = ({ body }) => ({ status: 400, body: { title: "No", errors: body, input: CANARY } });
      return client.start(input);
    },
  ],
  [
    "the start API breaks off",
    {},
    ({ client, api }) => {
      api.routes.start = () => "drop";
      return client.start(input, { idempotencyKey: CANARY });
    },
  ],
  [
    "the start API answers something else",
    {},
    ({ client, api }) => {
      api.routes.start = () => ({ status: 200, body: [CANARY] });
      return client.start(input);
    },
  ],
  ["its input is none", {}, ({ client }) => client.start([CANARY] as never)],
  [
    "S3 refuses its upload",
    {},
    ({ client, api }) => {
      api.routes.upload = () => offer(`${api.url}/bucket/x${query}`);
      return client.start(large);
    },
  ],
  [
    "S3 cannot be reached",
    {},
    ({ client, api }) => {
      api.routes.upload = () => offer(`http://127.0.0.1:1/bucket/x${query}`);
      return client.start(large);
    },
  ],
  [
    "the state API fails",
    { iot: async () => credentialsFor("ws://127.0.0.1:1/mqtt") },
    (scene) => {
      scene.api.routes.state = () => ({ status: 500, body: { cause: CANARY, title: "No" } });
      return started(scene);
    },
  ],
  [
    "the state API answers something else",
    { iot: async () => credentialsFor("ws://127.0.0.1:1/mqtt") },
    (scene) => {
      scene.api.routes.state = () => ({ status: 200, body: { status: CANARY, output: CANARY } });
      return started(scene);
    },
  ],
  [
    "its process fails",
    {},
    (scene) => {
      scene.api.routes.state = () => ({ status: 200, body: { status: "FAILED", error: "Declined", cause: CANARY } });
      return started(scene, "FAILED");
    },
  ],
  [
    "it is refused credentials",
    {},
    (scene) => {
      scene.api.routes.credentials = () => ({ status: 403, body: { title: "No", token: CANARY } });
      return started(scene);
    },
  ],
  [
    "its credentials are incomplete",
    {},
    (scene) => {
      scene.api.routes.credentials = () => ({ status: 200, body: { ...SECRETS, iotEndpoint: 5 } });
      return started(scene);
    },
  ],
  [
    "the broker cannot be reached",
    { iot: async () => ({ ...credentialsFor("ws://127.0.0.1:1/mqtt"), ...SECRETS }) },
    started,
  ],
  ["the broker's host is none", { iot: async () => ({ ...credentialsFor("no host"), ...SECRETS }) }, started],
  [
    "the broker is no broker",
    {},
    (scene) => {
      scene.api.routes.credentials = () => ({
        status: 200,
        body: { ...credentialsFor(`${scene.api.url.replace("http", "ws")}/mqtt`), ...SECRETS },
      });
      return started(scene);
    },
  ],
])("where %s a client keeps what it knows to itself", async (_, options, act) => {
  const scene = await useClient({
    headers: { authorization: CANARY, cookie: CANARY },
    ...options,
  });

  const error = await troubleOf(act(scene));

  if (error === undefined) expect(scene.warnings.length).toBeGreaterThan(0);
  const told = [error, ...scene.warnings].map((one) =>
    // Whose cause is asked for by those who may see it: `showCause` of the state API.
    one instanceof ProcessFailedError ? one.message : inspect(one, { depth: 9 }),
  );
  expect(told.join("\n")).not.toContain(CANARY);
});

test("what is wrong with an option says which, and not what it holds", () => {
  for (const options of [
    { startUrl: `no url?key=${CANARY}` },
    { startUrl: "http://127.0.0.1:1/s", headers: 5, token: CANARY },
    { startUrl: "http://127.0.0.1:1/s", iot: { credentials: CANARY } },
  ]) {
    expect(() => createProcessClient(options as never)).toThrow(
      expect.objectContaining({ name: "ClientConfigurationError", message: expect.not.stringContaining(CANARY) }),
    );
  }
});

test("a client without the start API says what is wrong with an input, and nothing of it", async () => {
  const orders = flow("Orders", {
    input: z.strictObject({ text: z.number(), records: z.record(z.string(), z.number()) }),
    topicRoot: "orders",
  });
  const client = createDirectProcessClient({
    flow: orders,
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
    bucket: "b",
    subtopic: "w",
    iot: {
      endpoint: "ws://127.0.0.1:1/mqtt",
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "s" },
    },
  } as never);
  onTestFinished(client.close);

  const error = await troubleOf(client.start({ text: CANARY, records: { [CANARY]: "" }, [CANARY]: CANARY } as never));

  expect(error).toMatchObject({ name: "StartError", message: expect.stringContaining("text: ") });
  expect(inspect(error, { depth: 9 })).not.toContain(CANARY);
});
