import { isJsonObject, type Json, StateFailure, type TaskRunner } from "../../asl/index.js";
import type { S3Port } from "../ports.js";
import { type Arguments, readArguments } from "./arguments.js";
import { type FieldType, JAVA_NAMES, S3_OPERATIONS, type S3Api, type S3Operation } from "./s3-operations.js";

const MAX_RESULT_BYTES = 262_144;

/** `arn:aws:states:::aws-sdk:s3:*`: the operations of {@link S3_OPERATIONS}, by their names, over S3's own protocol. */
export function s3Integrations(s3: S3Port): Readonly<Record<string, TaskRunner>> {
  let api: Promise<S3Api> | undefined;
  const open = () => {
    api ??= openApi(s3.endpoint());
    return api;
  };
  const entries = Object.entries(S3_OPERATIONS).map(
    ([name, operation]) => [`aws-sdk:s3:${name}`, call(name, operation, open)] as const,
  );
  return Object.fromEntries(entries);
}

// Loaded by the first task that needs it: most machines never do, and it takes longer than the rest of the stack.
async function openApi(endpoint: string): Promise<S3Api> {
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    forcePathStyle: true,
    // Retry is the state's own affair, and Step Functions asks for no checksum when it reads.
    maxAttempts: 1,
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return { sdk, client };
}

const call =
  (name: string, operation: S3Operation, open: () => Promise<S3Api>): TaskRunner =>
  async ({ arguments: args, signal }) => {
    const input = readInput(operation, args);
    const api = await open();
    try {
      const output = await operation.send(api, input, { abortSignal: signal });
      return await resultOf(output, name);
    } catch (error) {
      if (error instanceof StateFailure || signal.aborted) throw error;
      throw failureOf(api, error);
    }
  };

function readInput({ fields, required, takesBody }: S3Operation, args: Json): Record<string, unknown> {
  const given = readArguments(args, [...Object.keys(fields), ...(takesBody ? ["Body"] : [])]);
  for (const name of required) given.string(name);
  const { Body, ...values } = given.values;
  const input = Object.entries(values).map(([name, value]) => {
    const type = fields[name];
    return [sdkName(name), type === undefined ? value : readField(given, name, type)];
  });
  // The integration writes JSON whatever it is given: a string arrives with its quotes.
  return { ...Object.fromEntries(input), ...(Body !== undefined && { Body: JSON.stringify(Body) }) };
}

const FIELD_READERS: { readonly [T in FieldType]: (value: Json) => unknown } = {
  STRING: (value) => (typeof value === "string" ? value : undefined),
  INTEGER: (value) => (Number.isInteger(value) ? value : undefined),
  BOOLEAN: (value) => (typeof value === "boolean" ? value : undefined),
  TIMESTAMP: (value) => (typeof value === "string" && Date.parse(value) ? new Date(value) : undefined),
  MAP: (value) => (isJsonObject(value) && Object.values(value).every(isString) ? value : undefined),
};

const isString = (value: unknown) => typeof value === "string";

function readField({ values, refuse }: Arguments, name: string, type: FieldType): unknown {
  const value = FIELD_READERS[type](values[name] ?? null);
  return value === undefined ? refuse(`The value for the field '${name}' must be a ${type}`) : value;
}

const SDK_NAMES = Object.fromEntries(Object.entries(JAVA_NAMES).map(([sdk, java]) => [java, sdk]));
const sdkName = (name: string) => SDK_NAMES[name] ?? name;

interface Body {
  transformToString(): Promise<string>;
  destroy(): void;
}

async function resultOf(output: object, operation: string): Promise<Json> {
  const { $metadata: _http, Body, ...rest } = output as { $metadata?: unknown; Body?: Body; ContentLength?: number };
  if (Body === undefined) return jsonOf(rest);
  if ((rest.ContentLength ?? 0) > MAX_RESULT_BYTES) {
    Body.destroy();
    const text = `The state/task 'arn:aws:states:::aws-sdk:s3:${operation}' returned a result with a size exceeding the maximum number of bytes service limit.`;
    throw new StateFailure("States.DataLimitExceeded", text);
  }
  return { ...(jsonOf(rest) as Record<string, Json>), Body: await Body.transformToString() };
}

/** Names as Java's, times as Java writes them: ISO 8601 without an empty fraction. */
function jsonOf(value: unknown): Json {
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== "object" || value === null) return value as Json;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [JAVA_NAMES[name] ?? name, jsonOf(member)]));
}

// The errors that S3's model names; Java has one exception for all others. A HEAD's answer has no body to name one.
const MODELLED: Readonly<Record<string, string>> = {
  InvalidObjectState: "InvalidObjectStateException",
  InvalidRequest: "InvalidRequestException",
  NoSuchBucket: "NoSuchBucketException",
  NoSuchKey: "NoSuchKeyException",
  NotFound: "NoSuchKeyException",
};
const MESSAGES: Readonly<Record<string, string>> = { NotFound: "The specified key does not exist." };

function failureOf({ sdk }: S3Api, error: unknown): StateFailure {
  if (!(error instanceof sdk.S3ServiceException)) {
    const problem = error instanceof Error ? error.message : String(error);
    return new StateFailure("S3.SdkClientException", `Unable to execute HTTP request: ${problem}`);
  }
  const { httpStatusCode, requestId, extendedRequestId } = error.$metadata;
  const message = MESSAGES[error.name] ?? error.message;
  const details = `Service: S3, Status Code: ${httpStatusCode}, Request ID: ${requestId}, Extended Request ID: ${extendedRequestId}`;
  return new StateFailure(`S3.${MODELLED[error.name] ?? "S3Exception"}`, `${message} (${details})`);
}
