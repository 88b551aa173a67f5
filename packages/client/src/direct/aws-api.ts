import { createHash } from "node:crypto";
import { PutObjectCommand, type PutObjectCommandInput, type S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { type FlowDefinition, layoutOf, sidecarKey } from "@sfs3/sdk/flow";
import { type Issue, ProcessClientError, StartError } from "../errors.js";
import type { ProcessApi, ProcessState, Started } from "../process-api.js";

/** Encryption of the sidecar at rest. Source: Amazon S3 API Reference, PutObject, `x-amz-server-side-encryption`. */
export type Encryption = "AES256" | { readonly algorithm: "aws:kms"; readonly keyId: string };

/** Where a process lives. */
export interface Home {
  readonly flow: FlowDefinition;
  readonly stateMachineArn: string;
  readonly bucket: string;
  readonly subtopic: string | undefined;
  readonly sse: Encryption;
  readonly transactionPrefix: string;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
}

/** S3 and Step Functions themselves, in place of the start API. */
export function awsApi<TInput>(home: Home): ProcessApi<TInput> {
  return {
    start: async (input, { idempotencyKey, signal }) => {
      const body = await checkInput(home.flow, input);
      const id = idempotencyKey === undefined ? newTransactionId() : transactionIdOf(home, idempotencyKey);
      const transactionId = home.transactionPrefix + id;
      const create = { home, transactionId, signal };
      await unlessRefused(signal, "sidecar was not written", () => putSidecar(create, body, idempotencyKey));
      return unlessRefused(signal, "execution was not started", () => startExecution(create));
    },
    state: ({ transactionId, executionId }, signal) =>
      describe(home.sfn, executionId ?? executionArnOf(home.stateMachineArn, transactionId), signal),
  };
}

/** The sidecar's reserved key. */
const JOURNAL_KEY = "$sfs3";

/** As the start API does, so that no process starts with what its steps would refuse. */
async function checkInput(flow: FlowDefinition, input: unknown): Promise<string> {
  if (Object.hasOwn(Object(input), JOURNAL_KEY)) {
    const message = `The input has the key '${JOURNAL_KEY}', which is reserved for the journal. Rename it.`;
    throw new StartError(message, { status: 400 });
  }
  const result = await flow.input["~standard"].validate(input);
  if (result.issues === undefined) return JSON.stringify(result.value);
  const issues = result.issues.map((issue) => issueOf(issue, flow));
  const words = issues.map(({ path, message }) => `${path.join(".") || "(the input)"}: ${message}`);
  throw new StartError(`The input is not what ${flow.name} takes: ${words.join("; ")}.`, { status: 400, issues });
}

/**
 * Nothing of the input, as the start API tells it: a key that the schema does not name is data, and so shown as `*`, and one of
 * zod's messages quotes such keys.
 */
function issueOf(issue: StandardIssue, { input }: FlowDefinition): Issue {
  const { path = [], message } = issue;
  const named: object = Object(input).shape ?? {};
  const isShown = (key: PropertyKey, level: number) =>
    typeof key === "number" || (level === 0 && Object.hasOwn(named, key));
  const keys = path.map((segment) => (typeof segment === "object" ? segment.key : segment));
  return {
    path: keys.map((key, level) => (isShown(key, level) ? key : "*")),
    message: "keys" in issue && Array.isArray(issue.keys) ? `${issue.keys.length} unrecognized key(s)` : message,
  };
}

type StandardIssue = NonNullable<
  Awaited<ReturnType<FlowDefinition["input"]["~standard"]["validate"]>>["issues"]
>[number];

const newTransactionId = (): string => `0x${crypto.randomUUID().replaceAll("-", "")}`;

/** The same for the same key, and no other process's. */
const transactionIdOf = ({ stateMachineArn }: Home, idempotencyKey: string): string =>
  `0x${createHash("sha256")
    .update(JSON.stringify([stateMachineArn, idempotencyKey]))
    .digest("hex")
    .slice(0, 32)}`;

interface Creation {
  readonly home: Home;
  readonly transactionId: string;
  readonly signal: AbortSignal;
}

async function putSidecar({ home, transactionId, signal }: Creation, body: string, key: string | undefined) {
  const { s3, bucket, sse } = home;
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: isInParts(home) ? `${transactionId}/input.json` : transactionId,
    Body: body,
    ContentType: "application/json",
    IfNoneMatch: "*",
    ...encryption(sse),
  });
  for (let lost = 0; ; lost += 1) {
    try {
      return await s3.send(command, { abortSignal: signal });
    } catch (error) {
      // An earlier start with this key has written it; the steps may have added to it since.
      if (key !== undefined && nameOf(error) === "PreconditionFailed") return;
      // Two starts with one key at once: which of them wins, S3 says at the next attempt.
      if (nameOf(error) !== "ConditionalRequestConflict" || lost === MAX_CONFLICTS) throw error;
    }
  }
}

const MAX_CONFLICTS = 5;

const isInParts = ({ flow }: Home): boolean => layoutOf(flow) === "parts";

const encryption = (sse: Encryption): Partial<PutObjectCommandInput> =>
  sse === "AES256"
    ? { ServerSideEncryption: "AES256" }
    : { ServerSideEncryption: sse.algorithm, SSEKMSKeyId: sse.keyId };

/** Named after the transaction, so that it is started once. */
async function startExecution({ home, transactionId, signal }: Creation): Promise<Started> {
  const { flow, sfn, stateMachineArn, subtopic } = home;
  const processData = sidecarKey(transactionId, layoutOf(flow));
  const input = JSON.stringify({ processData, ...(subtopic !== undefined && { subtopic }) });
  const command = new StartExecutionCommand({ stateMachineArn, name: transactionId, input });
  try {
    const { executionArn } = await sfn.send(command, { abortSignal: signal });
    return { transactionId, executionId: executionArn ?? executionArnOf(stateMachineArn, transactionId) };
  } catch (error) {
    if (nameOf(error) !== "ExecutionAlreadyExists") throw error;
    return { transactionId, executionId: executionArnOf(stateMachineArn, transactionId) };
  }
}

async function unlessRefused<T>(signal: AbortSignal, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    signal.throwIfAborted();
    const status: unknown = Object(Object(cause).$metadata).httpStatusCode;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new StartError(`The process was not started, its ${what}: ${reason}`, {
      ...(typeof status === "number" && { status }),
      cause,
    });
  }
}

async function describe(sfn: SFNClient, executionArn: string, signal: AbortSignal): Promise<ProcessState> {
  try {
    const answer = await sfn.send(new DescribeExecutionCommand({ executionArn }), { abortSignal: signal });
    const { status, error, cause } = answer;
    return {
      // A redrive goes on where the execution failed.
      status: status === undefined || status === "PENDING_REDRIVE" ? "RUNNING" : status,
      executionId: executionArn,
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    };
  } catch (error) {
    const name = nameOf(error);
    if (name === "ExecutionDoesNotExist") return { status: "UNKNOWN" };
    if (name !== "InvalidArn" && name !== "ValidationException") throw error;
    throw new ProcessClientError("StateError", `The state of ${executionArn} cannot be asked for: ${name}.`, {
      cause: error,
    });
  }
}

const nameOf = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined);

/** A version's or an alias's qualifier is not part of the execution's ARN. */
const executionArnOf = (stateMachineArn: string, name: string): string => {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(":");
  return [arn, partition, service, region, account, "execution", machine, name].join(":");
};
