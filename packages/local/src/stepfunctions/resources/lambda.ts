import { randomBytes } from "node:crypto";
import { isJsonObject, type Json, type JsonObject, StateFailure, type TaskRunner } from "../../asl/index.js";
import type { InvocationType, LambdaPort } from "../ports.js";
import { type Arguments, readArguments } from "./arguments.js";
import { optimizedFailure, sdkMetadata } from "./sdk-metadata.js";

const INVOKE_ARGUMENTS = ["FunctionName", "Payload", "ClientContext", "InvocationType", "LogType", "Qualifier"];
const STATUS: Readonly<Record<InvocationType, number>> = { RequestResponse: 200, Event: 202, DryRun: 204 };
const LATEST = "$LATEST";

/** `arn:aws:states:::lambda:invoke`: the answer in Lambda's envelope. */
export const lambdaInvoke =
  (lambda: LambdaPort): TaskRunner =>
  async ({ arguments: args, signal, context }) => {
    const given = readArguments(args, INVOKE_ARGUMENTS);
    const invocationType = oneOf(given, "InvocationType", Object.keys(STATUS) as InvocationType[]) ?? "RequestResponse";
    const isTailed = oneOf(given, "LogType", ["None", "Tail"]) === "Tail";
    const written: string[] = [];
    const body = await invoke(
      seenBy(context, lambda),
      given.string("FunctionName"),
      payloadText(given.values.Payload),
      signal,
      {
        invocationType,
        qualifier: given.optionalString("Qualifier"),
        clientContext: given.optionalString("ClientContext"),
        onLog: ({ text }) => written.push(text),
      },
    );
    const isEvent = invocationType === "Event";
    return {
      ...(!isEvent && { ExecutedVersion: LATEST }),
      ...(isTailed && { LogResult: tail(written) }),
      Payload: body === "" ? "" : JSON.parse(body),
      ...metadata(body, invocationType),
      StatusCode: STATUS[invocationType],
    };
  };

/** A function's own ARN: its answer is the result. */
export const lambdaFunction =
  (lambda: LambdaPort, functionArn: string): TaskRunner =>
  async ({ arguments: args, signal, context }) =>
    JSON.parse(await invoke(seenBy(context, lambda), functionArn, JSON.stringify(args), signal));

type Call = NonNullable<Parameters<LambdaPort["invoke"]>[3]>;

function oneOf<const T extends string>(given: Arguments, name: string, values: readonly T[]): T | undefined {
  const value = given.optionalString(name);
  if (value === undefined) return undefined;
  return (
    values.find((one) => one === value) ?? given.refuse(`The value for the field "${name}" must be one of ${values}`)
  );
}

// A string is the request's body as it stands, as it is for the Invoke API.
function payloadText(payload: Json | undefined): string {
  if (typeof payload !== "string") return JSON.stringify(payload ?? {});
  try {
    JSON.parse(payload);
    return payload;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw lambdaFailure("InvalidRequestContentException", `Could not parse request body into json: ${problem}`, 400);
  }
}

const seenBy = ({ Execution }: JsonObject, lambda: LambdaPort): Pick<LambdaPort, "invoke"> =>
  (isJsonObject(Execution) && lambda.seenBy?.(String(Execution.Id))) || lambda;

async function invoke(
  lambda: Pick<LambdaPort, "invoke">,
  name: string,
  payload: string,
  signal: AbortSignal,
  call: Call = {},
) {
  const answer = await lambda.invoke(name, payload, signal, call).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw serviceFailure(error);
  });
  if (answer.functionError === undefined) return answer.payload;
  throw functionFailure(answer.payload);
}

function serviceFailure(error: unknown): StateFailure {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  // The integration asks for a version where the state names none, and the refusal names it.
  const unqualified = /^Function not found: arn:[^ ]+:function:[^: ]+$/;
  return lambdaFailure(name, unqualified.test(message) ? `${message}:${LATEST}` : message, status);
}

// What Lambda's model names; the SDK has one exception for all others.
const UNMODELLED = ["ValidationException"];

function lambdaFailure(code: string, message: string, status: number): StateFailure {
  const isModelled = code.endsWith("Exception") && !UNMODELLED.includes(code);
  const error = isModelled ? `Lambda.${code}` : "Lambda.AWSLambdaException";
  return optimizedFailure(error, { service: "AWSLambda", status, code, message });
}

function functionFailure(payload: string): StateFailure {
  const answer: Json = payload === "" ? null : JSON.parse(payload);
  const type = isJsonObject(answer) ? answer.errorType : undefined;
  if (typeof type === "string" && type !== "") return new StateFailure(type, payload);
  const problem = "The cause could not be determined because Lambda did not return an error type.";
  return new StateFailure("Lambda.Unknown", `${problem} Returned payload: ${payload}`);
}

const metadata = (body: string, invocationType: InvocationType) =>
  sdkMetadata(body, {
    status: STATUS[invocationType],
    headers: {
      Connection: "keep-alive",
      "Content-Type": "application/json",
      ...(invocationType !== "Event" && { "X-Amz-Executed-Version": LATEST }),
      "x-amzn-Remapped-Content-Length": "0",
      "X-Amzn-Trace-Id": traceId(),
    },
  });

// Developer Guide of X-Ray: version, seconds since 1970, 96 random bits.
function traceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")};Parent=${randomBytes(8).toString("hex")};Sampled=0`;
}

// Lambda API reference, Invoke, LogType: the last 4 KB.
const tail = (written: readonly string[]) => Buffer.from(written.join("")).subarray(-4_096).toString("base64");
