import { randomUUID } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../../asl/index.js";
import type { StepFunctions } from "../service.js";
import { StepFunctionsError } from "../service-error.js";
import { OPERATIONS, type Operation } from "./operations.js";
import { readParameters } from "./parameters.js";

export interface ApiRequest {
  /** The `X-Amz-Target` header, such as `AWSStepFunctions.StartExecution`. */
  readonly target: string;
  readonly body: Buffer;
  /** Aborts when the client has gone away. */
  readonly signal?: AbortSignal;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const PREFIX = "AWSStepFunctions.";

/** The service's face on the wire: AWS JSON 1.0. Never rejects. */
export function stepFunctionsApi(service: StepFunctions): (request: ApiRequest) => Promise<ApiResponse> {
  return async ({ target, body, signal }) => {
    try {
      const { name, run } = operationOf(target);
      return answer(200, await run(service, readParameters(name, parseBody(body)), signal));
    } catch (error) {
      if (error instanceof StepFunctionsError) return refusal(400, error.name, error.message);
      return refusal(500, "InternalFailure", error instanceof Error ? error.message : String(error));
    }
  };
}

function operationOf(target: string): { readonly name: string; readonly run: Operation } {
  const name = target.startsWith(PREFIX) ? target.slice(PREFIX.length) : "";
  const run = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (run !== undefined) return { name, run };
  throw new StepFunctionsError("UnknownOperationException", `The operation "${target}" is not supported`);
}

function parseBody(body: Buffer): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new StepFunctionsError("SerializationException", "The request's body is not JSON");
  }
  if (isJsonObject(value)) return value;
  throw new StepFunctionsError("SerializationException", "The request's body is not a JSON object");
}

const refusal = (status: number, code: string, message: string): ApiResponse =>
  answer(status, { __type: code, message }, { "x-amzn-errortype": code });

const answer = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): ApiResponse => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": randomUUID(), ...headers },
  body: JSON.stringify(onTheWire(body)),
});

/** AWS JSON 1.0 writes a time as seconds since 1970. */
function onTheWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(onTheWire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, onTheWire(member)]));
}
