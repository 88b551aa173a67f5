import {
  isJsonObject,
  type Json,
  type JsonObject,
  StateFailure,
  type TaskRequest,
  type TaskRunner,
} from "../../asl/index.js";
import type { LambdaPort } from "../ports.js";
import { readArguments } from "./arguments.js";
import { sdkMetadata } from "./sdk-metadata.js";

export const INVOKE_ARGUMENTS = ["FunctionName", "Payload"];

/** `arn:aws:states:::lambda:invoke`: the answer in Lambda's envelope. */
export const lambdaInvoke =
  (lambda: LambdaPort): TaskRunner =>
  async (request) => {
    const { values, string } = readArguments(request.arguments, INVOKE_ARGUMENTS);
    const body = await invoke(lambda, request, string("FunctionName"), payloadText(values.Payload));
    const headers = { "Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST" };
    return {
      ExecutedVersion: "$LATEST",
      Payload: parseAnswer(body),
      ...sdkMetadata(body, headers),
      StatusCode: 200,
    };
  };

/** A function's own ARN: its answer is the result. */
export const lambdaFunction =
  (lambda: LambdaPort, functionArn: string): TaskRunner =>
  async (request) =>
    parseAnswer(await invoke(lambda, request, functionArn, JSON.stringify(request.arguments)));

// A string is the request's body as it stands, as it is for the Invoke API.
function payloadText(payload: Json | undefined): string {
  if (typeof payload !== "string") return JSON.stringify(payload ?? {});
  try {
    JSON.parse(payload);
    return payload;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new StateFailure(
      "Lambda.InvalidRequestContentException",
      `Could not parse request body into json: ${problem} (Service: Lambda, Status Code: 400)`,
    );
  }
}

async function invoke(
  lambda: LambdaPort,
  { context, signal }: TaskRequest,
  name: string,
  payload: string,
): Promise<string> {
  const functions = lambda.seenBy?.(executionArnOf(context)) ?? lambda;
  const answer = await functions.invoke(name, payload, signal).catch((error: unknown) => {
    throw serviceFailure(error);
  });
  if (answer.functionError === undefined) return answer.payload;
  throw new StateFailure(errorType(answer.payload), answer.payload);
}

const executionArnOf = ({ Execution }: JsonObject): string => (isJsonObject(Execution) ? String(Execution.Id) : "");

function serviceFailure(error: unknown): StateFailure {
  const { name, message } = error instanceof Error ? error : { name: "Unknown", message: String(error) };
  return new StateFailure(`Lambda.${name.endsWith("Exception") ? name : "Unknown"}`, message);
}

function errorType(payload: string): string {
  const answer = parseAnswer(payload);
  const type = isJsonObject(answer) ? answer.errorType : undefined;
  return typeof type === "string" && type !== "" ? type : "Lambda.Unknown";
}

const parseAnswer = (payload: string): Json => (payload === "" ? null : JSON.parse(payload));
