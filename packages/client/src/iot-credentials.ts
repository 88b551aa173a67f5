import type { Clock } from "./clock.js";
import { ProcessClientError } from "./errors.js";

/** What a connection to the broker needs; the answer of the credential service. */
export interface IotCredentials {
  /** The broker's host, as IoT Core's `DescribeEndpoint` answers it, or a whole `ws:` or `wss:` URL. */
  readonly iotEndpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string | undefined;
  /** When they end: ISO 8601. Default: never, which no temporary credentials do. */
  readonly expiration?: string | undefined;
  /** The MQTT client id that they are good for. Default: a random one. */
  readonly clientId?: string | undefined;
  /** The topic filter that they are good for; told where the broker refuses the client's own. */
  readonly topicFilter?: string | undefined;
}

/** AWS credentials, as the providers of the AWS SDK for JavaScript resolve them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

/** The broker, and the AWS credentials to sign with. */
export interface IotBroker {
  /** The broker's host, or a whole `ws:` or `wss:` URL. */
  readonly endpoint: string;
  readonly region: string;
  /** Credentials, or a provider of them, as `fromNodeProviderChain()` of `@aws-sdk/credential-providers` is. */
  readonly credentials: AwsCredentials | (() => Promise<AwsCredentials>);
}

/** Asks for credentials; called before each connection. */
export type CredentialSource = (signal: AbortSignal) => Promise<IotCredentials>;

/** A source that signs with AWS credentials. */
export const fromBroker =
  ({ endpoint, region, credentials }: IotBroker): CredentialSource =>
  async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } =
      typeof credentials === "function" ? await credentials() : credentials;
    return {
      iotEndpoint: endpoint,
      region,
      accessKey: accessKeyId,
      secretKey: secretAccessKey,
      sessionToken,
      expiration: expiration?.toISOString(),
    };
  };

const REQUIRED = ["iotEndpoint", "region", "accessKey", "secretKey"] as const;

/**
 * Makes sure that an answer has what a connection needs; a secret shows in no message.
 *
 * @throws `ConnectionError`
 */
export function checkCredentials(answer: unknown): IotCredentials {
  const given: Partial<IotCredentials> = Object(answer);
  const missing = REQUIRED.filter((name) => typeof given[name] !== "string" || given[name] === "");
  if (missing.length > 0) throw refusal(`lack ${missing.join(", ")}`);
  if (given.expiration !== undefined && Number.isNaN(Date.parse(given.expiration))) {
    throw refusal("have an 'expiration' that is no ISO 8601 date");
  }
  return given as IotCredentials;
}

const refusal = (problem: string): ProcessClientError =>
  new ProcessClientError("ConnectionError", `The credentials for the broker ${problem}. Correct what serves them.`);

/** IoT Core ends a connection after 24 hours. */
const MAX_CONNECTION_MS = 23 * 60 * 60 * 1000;
const MARGIN_MS = 5 * 60 * 1000;
const MIN_CONNECTION_MS = 5_000;

/**
 * How long a connection is kept before a new one takes its place: until five minutes before its credentials end, or a
 * fifth of their time where that is less. Unit: milliseconds.
 *
 * Source: AWS IoT Core quotas, "WebSocket connection duration".
 */
export function connectionLifetimeMs(
  { expiration }: Pick<IotCredentials, "expiration">,
  clock: Pick<Clock, "now">,
): number {
  if (expiration === undefined) return MAX_CONNECTION_MS;
  const leftMs = Date.parse(expiration) - clock.now();
  return Math.min(MAX_CONNECTION_MS, Math.max(MIN_CONNECTION_MS, leftMs - Math.min(MARGIN_MS, leftMs / 5)));
}
