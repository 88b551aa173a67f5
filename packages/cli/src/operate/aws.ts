import type { S3 } from "@aws-sdk/client-s3";
import type { SFN } from "@aws-sdk/client-sfn";
import { CliError } from "../cli-error.js";
import type { Io } from "../io.js";

/** Where requests go. What is absent is looked for by the AWS SDK's default chain. */
export interface AwsOptions {
  readonly endpoint?: string;
  readonly region?: string;
}

/** S3 and Step Functions, of AWS or of `sfs3 dev`. */
export interface Aws {
  readonly s3: S3;
  readonly sfn: SFN;
  /** Gives requests up when the user asks to stop. */
  readonly signal: AbortSignal;
}

/** Loads the clients: commands that reach no AWS do without them. */
export async function connectAws(options: AwsOptions, { env, signal }: Pick<Io, "env" | "signal">): Promise<Aws> {
  const [{ S3 }, { SFN }] = await Promise.all([import("@aws-sdk/client-s3"), import("@aws-sdk/client-sfn")]);
  const settings = clientSettings(options, env);
  return { s3: new S3(settings), sfn: new SFN(settings), signal };
}

function clientSettings({ endpoint, region }: AwsOptions, env: Io["env"]) {
  if (endpoint === undefined) return { ...(region !== undefined && { region }) };
  if (!URL.canParse(endpoint)) {
    throw new CliError(`--endpoint is no URL: ${endpoint}. Give the whole address, such as http://127.0.0.1:4599.`);
  }
  const settings = { endpoint, forcePathStyle: true, ...(region !== undefined && { region }) };
  return isThisMachine(endpoint)
    ? { region: env.AWS_REGION ?? "us-east-1", credentials: LOCAL, ...settings }
    : settings;
}

/** Whatever runs on this machine asks for no real ones, and is sent none. */
const LOCAL = { accessKeyId: "local", secretAccessKey: "local" };

const isThisMachine = (endpoint: string): boolean =>
  ["localhost", "127.0.0.1", "[::1]"].includes(new URL(endpoint).hostname);

type Send<T> = (options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/**
 * Sends a request. `what` begins the sentence that says why it was in vain.
 *
 * @throws `CliError`
 */
export async function request<T>({ signal }: Aws, what: string, send: Send<T>): Promise<T> {
  try {
    signal.throwIfAborted();
    return await send({ abortSignal: signal });
  } catch (cause) {
    if (signal.aborted) throw new CliError("Interrupted.", { cause });
    throw new CliError(`${what}: ${reasonOf(cause)}`, { cause });
  }
}

/** The same, where an answer may well be that there is nothing. */
export async function requestUnless<T>(aws: Aws, absent: readonly string[], what: string, send: Send<T>) {
  return request(aws, what, (options) =>
    send(options).catch((error: unknown) => {
      if (error instanceof Error && absent.includes(error.name)) return undefined;
      throw error;
    }),
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = Reflect.get(error, "code");
  const message = [error.name === "Error" ? "" : error.name, error.message || code].filter(Boolean).join(": ");
  const hint = HINTS.find(([sign]) => sign.test(`${message} ${String(code)}`))?.[1];
  return hint === undefined ? message : `${message}. ${hint}`;
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/Region is missing/, "Give --region, or set AWS_REGION."],
  [/CredentialsProviderError/, "Set AWS_PROFILE or log in; for sfs3 dev, give --endpoint."],
  [/ECONNREFUSED/, "Nothing listens there: does sfs3 dev run, and on this port?"],
];
