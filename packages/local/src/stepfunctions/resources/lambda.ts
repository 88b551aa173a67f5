import { isJsonObject, type Json, StateFailure, type TaskRunner } from "../../asl/index.js";
import type { LambdaPort } from "../ports.js";
import { readArguments } from "./arguments.js";
import { sdkMetadata } from "./sdk-metadata.js";

export const INVOKE_ARGUMENTS = ["FunctionName", "Payload"];

/** `arn:aws:states:::lambda:invoke`: the answer in Lambda's envelope. */
export const lambdaInvoke =
  (lambda: LambdaPort): TaskRunner =>
  async ({ arguments: args, signal }) => {
    const { values, string } = readArguments(args, INVOKE_ARGUMENTS);
    const body = await invoke(lambda, string("FunctionName"), payloadText(values.Payload), signal);
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
  async ({ arguments: args, signal }) =>
    parseAnswer(await invoke(lambda, functionArn, JSON.stringify(args), signal));

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

async function invoke(lambda: LambdaPort, name: string, payload: string, signal: AbortSignal): Promise<string> {
  const answer = await lambda.invoke(name, payload, signal).catch((error: unknown) => {
    throw serviceFailure(error);
  });
  if (answer.functionError === undefined) return answer.payload;
  throw new StateFailure(errorType(answer.payload), answer.payload);
}

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
