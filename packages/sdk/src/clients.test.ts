import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { createClients } from "./clients.js";
import { defineStep } from "./define-step.js";
import { useControlPlane } from "./fixtures/use-control-plane.js";

vi.stubEnv("AWS_REGION", "us-east-1");
const mocks: { restore(): void }[] = [];
afterEach(() => {
  for (const mock of mocks.splice(0)) mock.restore();
});

const endpointOf = async (env: Record<string, string>) => {
  const client = await createClients(env).iot();
  return (await client.config.endpoint?.())?.hostname;
};

test("IOT_ENDPOINT is the host; where the environment redirects the client, the client's own chain decides", async () => {
  expect(await endpointOf({ IOT_ENDPOINT: "a.iot.example" })).toBe("a.iot.example");
  expect(await endpointOf({ IOT_ENDPOINT: "a.iot.example", AWS_ENDPOINT_URL: "http://127.0.0.1:1" })).toBeUndefined();
});

test("without IOT_ENDPOINT the host is looked up once, and a failed lookup is tried again", async () => {
  const requests = await useControlPlane((attempt) =>
    attempt === 1
      ? { status: 403, body: { __type: "AccessDeniedException" } }
      : { body: { endpointAddress: "found.iot.example" } },
  );
  const clients = createClients({});

  await expect(clients.iot()).rejects.toMatchObject({ name: "AccessDeniedException" });
  const [first, second] = await Promise.all([clients.iot(), clients.iot()]);

  expect(first).toBe(second);
  expect((await first.config.endpoint?.())?.hostname).toBe("found.iot.example");
  expect(requests).toHaveLength(2);
});

test("a handler is mocked by mockClient on the classes of the clients", async () => {
  const s3 = mockClient(S3Client);
  const iot = mockClient(IoTDataPlaneClient);
  mocks.push(s3, iot);
  const missing = { name: "NoSuchKey", message: "no", $fault: "client", $metadata: { httpStatusCode: 404 } } as const;
  s3.onAnyCommand().rejects(new S3ServiceException(missing));
  vi.stubEnv("BUCKET_NAME", "b");
  vi.stubEnv("TOPIC_ROOT", "t");
  vi.stubEnv("IOT_ENDPOINT", "a.iot.example");
  vi.stubEnv("LOG_LEVEL", "FATAL");
  const handler = defineStep(z.object({}), z.object({}), () => ({}), { name: "s" });

  await expect(handler({ processData: "txn" })).rejects.toMatchObject({ name: "S3DataPreconditionError" });

  expect(iot.commandCalls(PublishCommand)[0]?.args[0].input.topic).toBe("t/txn/s");
});
