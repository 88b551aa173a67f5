import { Readable } from "node:stream";
import { DescribeEndpointCommand, IoTClient } from "@aws-sdk/client-iot";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { describeEndpoint } from "./describe-endpoint.js";
import { useControlPlane } from "./fixtures/use-control-plane.js";

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "id");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", "us-east-1");
});
afterEach(() => void vi.unstubAllEnvs());

interface HttpRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: object;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a client would have sent, as it is on the wire but for what differs from client to client. */
const recorder = () => {
  const requests: unknown[] = [];
  const handle = async ({ method, protocol, hostname, path, query, headers, body: sent }: HttpRequest) => {
    const scope = /Credential=id\/\d{8}\/([^,]*)/.exec(headers.authorization ?? "")?.[1];
    requests.push({ method, protocol, hostname, path, query, host: headers.host, scope, sent });
    const body = Readable.from([Buffer.from('{"endpointAddress":"a.iot.example"}')]);
    return { response: { statusCode: 200, headers: { "content-type": "application/json" }, body } };
  };
  return { requests, requestHandler: { handle, metadata: { handlerProtocol: "http/1.1" } } };
};

const REGIONS = ["us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1"];
const KINDS = [
  ["false", "false"],
  ["true", "false"],
  ["false", "true"],
  ["true", "true"],
] as const;

test.each(REGIONS.flatMap((region) => KINDS.map(([fips, dualStack]) => [region, fips, dualStack] as const)))(
  "the control plane is asked as its own client asks it (%s, FIPS: %s, dual stack: %s)",
  async (region, fips, dualStack) => {
    vi.stubEnv("AWS_REGION", region);
    vi.stubEnv("AWS_USE_FIPS_ENDPOINT", fips);
    vi.stubEnv("AWS_USE_DUALSTACK_ENDPOINT", dualStack);
    const [ours, own] = [recorder(), recorder()];

    expect(await describeEndpoint(ours)).toBe("a.iot.example");

    await new IoTClient(own).send(new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }));
    expect(ours.requests).toEqual(own.requests);
    expect(ours.requests).toMatchObject([{ path: "/endpoint", scope: `${region}/iot/aws4_request` }]);
  },
);

test("AWS_ENDPOINT_URL_IOT redirects it, and what failed is asked again", async () => {
  const requests = await useControlPlane((attempt) =>
    attempt === 1 ? { status: 500, body: {} } : { body: { endpointAddress: "b.iot.example" } },
  );

  expect(await describeEndpoint()).toBe("b.iot.example");

  expect(requests).toEqual(Array(2).fill("/endpoint?endpointType=iot%3AData-ATS"));
});

test("a configured endpoint keeps its path", async () => {
  const requests = await useControlPlane(() => ({ body: { endpointAddress: "c.iot.example" } }));
  vi.stubEnv("AWS_ENDPOINT_URL_IOT", `${process.env.AWS_ENDPOINT_URL_IOT}/base`);

  expect(await describeEndpoint()).toBe("c.iot.example");

  expect(requests).toEqual(["/base/endpoint?endpointType=iot%3AData-ATS"]);
});

test("what IoT refuses is thrown under IoT's own name", async () => {
  await useControlPlane(() => ({ status: 401, body: { __type: "UnauthorizedException", message: "no" } }));

  await expect(describeEndpoint()).rejects.toMatchObject({ name: "UnauthorizedException" });
});

test("an answer without a host says what to set", async () => {
  await useControlPlane(() => ({ body: {} }));

  await expect(describeEndpoint()).rejects.toMatchObject({
    name: "StepConfigurationError",
    message: expect.stringContaining("set IOT_ENDPOINT"),
  });
});
