import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { describeEndpoint } from "./describe-endpoint.js";
import type { Environment } from "./environment.js";
import { once, onceResolved } from "./once.js";
import type { StepClients } from "./step.js";

/** The AWS clients of a container, each made when first asked for. */
export interface Clients {
  readonly s3: () => S3Client;
  readonly iot: () => Promise<IoTDataPlaneClient>;
  readonly sfn: () => Promise<SFNClient>;
}

/** What the client does for each command of a kind alike, it does once. */
const PREPARED = { cacheMiddleware: true } as const;

/**
 * What a sidecar needs no more of: it brings its own checksum, and its writes wait for no `100 Continue`, for which the
 * client would open a connection each time.
 */
const LEAN = {
  ...PREPARED,
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
  expectContinueHeader: false,
} as const satisfies S3ClientConfig;

export const createClients = (env: Environment, given: StepClients = {}): Clients => ({
  s3: once(() => given.s3 ?? new S3Client(LEAN)),
  iot: onceResolved(async () => given.iot ?? createIot(env)),
  sfn: onceResolved(async () => given.sfn ?? new (await import("@aws-sdk/client-sfn")).SFNClient()),
});

const createIot = async (env: Environment): Promise<IoTDataPlaneClient> => {
  // The client's own chain reads these; an endpoint passed here would override them.
  if (env.AWS_ENDPOINT_URL_IOT_DATA_PLANE || env.AWS_ENDPOINT_URL) return new IoTDataPlaneClient(PREPARED);
  const host = env.IOT_ENDPOINT || (await describeEndpoint());
  return new IoTDataPlaneClient({ ...PREPARED, endpoint: `https://${host}` });
};
