import { Readable } from "node:stream";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { HttpAnswer, HttpRequest } from "./http.js";

/** The AWS clients of one run, each the real one, retries included. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly iot: IoTDataPlaneClient;
  readonly sfn: SFNClient;
}

/** As the clients hand a request over, signed. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: HttpRequest["query"];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Carries a request to a service of the run, and its answer back. */
export type Transport = (
  service: keyof AwsClients,
  request: HttpRequest,
  signal: AbortSignal | undefined,
) => Promise<HttpAnswer>;

const ENDPOINTS = {
  s3: "https://s3.us-east-1.amazonaws.com",
  iot: "https://iot.us-east-1.amazonaws.com",
  sfn: "https://states.us-east-1.amazonaws.com",
} as const satisfies Record<keyof AwsClients, string>;

export const createAwsClients = (transport: Transport): AwsClients => {
  const config = (service: keyof AwsClients) => ({
    region: "us-east-1",
    endpoint: ENDPOINTS[service],
    credentials: { accessKeyId: "simulated", secretAccessKey: "simulated" },
    requestHandler: requestHandler(service, transport),
    // The services of a run ask nobody who they are; a quarter of a request's cost is its signature.
    signer: { sign: async <T>(request: T) => request },
  });
  return {
    s3: new S3Client({ ...config("s3"), forcePathStyle: true }),
    iot: new IoTDataPlaneClient(config("iot")),
    sfn: new SFNClient(config("sfn")),
  };
};

const requestHandler = (service: keyof AwsClients, transport: Transport) => ({
  handle: async (sent: SentRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) => {
    const request = received(sent);
    const { status, headers, body } = await transport(service, request, abortSignal);
    const isObject = service === "s3" && request.method === "GET" && status === 200;
    return {
      response: { statusCode: status, headers: { ...headers }, body: isObject ? Readable.from([body]) : body },
    };
  },
  updateHttpClientConfig: () => {},
  httpHandlerConfigs: () => ({}),
});

const received = ({ method, path, query = {}, headers, body }: SentRequest): HttpRequest => ({
  method,
  path: decodeURIComponent(path),
  query,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  body: bytesOf(body),
});

const bytesOf = (body: unknown): Buffer => {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.concat([body]);
  throw new Error("The simulated transport takes bodies that are text or bytes; this one is a stream.");
};
