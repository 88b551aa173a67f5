import { isJsonObject, type Json, type JsonObject } from "../asl/index.js";
import { readParameters } from "./parameters.js";
import type { StepFunctions } from "./service.js";
import { StepFunctionsError } from "./service-error.js";

export interface ApiRequest {
  /** The `X-Amz-Target` header, such as `AWSStepFunctions.StartExecution`. */
  readonly target: string;
  readonly body: Buffer;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

type Operation = (service: StepFunctions, parameters: ReturnType<typeof readParameters>) => Promise<object>;

const PAGE = (p: ReturnType<typeof readParameters>) => ({
  maxResults: p.optionalNumber("maxResults"),
  nextToken: p.optionalString("nextToken"),
});

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateStateMachine: (service, p) =>
    service.createStateMachine({
      name: p.string("name"),
      definition: p.string("definition"),
      type: p.optionalString("type"),
      roleArn: p.string("roleArn"),
    }),
  DeleteStateMachine: (service, p) => service.deleteStateMachine({ stateMachineArn: p.string("stateMachineArn") }),
  DescribeExecution: (service, p) => service.describeExecution({ executionArn: p.string("executionArn") }),
  DescribeStateMachine: (service, p) => service.describeStateMachine({ stateMachineArn: p.string("stateMachineArn") }),
  GetExecutionHistory: (service, p) =>
    service.getExecutionHistory({
      executionArn: p.string("executionArn"),
      reverseOrder: p.optionalBoolean("reverseOrder"),
      includeExecutionData: p.optionalBoolean("includeExecutionData"),
      ...PAGE(p),
    }),
  ListExecutions: (service, p) =>
    service.listExecutions({
      stateMachineArn: p.string("stateMachineArn"),
      statusFilter: p.optionalString("statusFilter"),
      ...PAGE(p),
    }),
  ListStateMachines: (service, p) => service.listStateMachines(PAGE(p)),
  SendTaskFailure: (service, p) =>
    service.sendTaskFailure({
      taskToken: p.string("taskToken"),
      error: p.optionalString("error"),
      cause: p.optionalString("cause"),
    }),
  SendTaskHeartbeat: (service, p) => service.sendTaskHeartbeat({ taskToken: p.string("taskToken") }),
  SendTaskSuccess: (service, p) =>
    service.sendTaskSuccess({ taskToken: p.string("taskToken"), output: p.string("output") }),
  StartExecution: (service, p) =>
    service.startExecution({
      stateMachineArn: p.string("stateMachineArn"),
      name: p.optionalString("name"),
      input: p.optionalString("input"),
    }),
  StopExecution: (service, p) =>
    service.stopExecution({
      executionArn: p.string("executionArn"),
      error: p.optionalString("error"),
      cause: p.optionalString("cause"),
    }),
};

const PREFIX = "AWSStepFunctions.";

/** The service's face on the wire: AWS JSON 1.0. Never rejects. */
export function stepFunctionsApi(service: StepFunctions): (request: ApiRequest) => Promise<ApiResponse> {
  return async ({ target, body }) => {
    try {
      const { name, run } = operationOf(target);
      return answer(200, await run(service, readParameters(name, parseBody(body))));
    } catch (error) {
      if (error instanceof StepFunctionsError) return answer(400, { __type: error.name, message: error.message });
      return answer(500, {
        __type: "InternalFailure",
        message: error instanceof Error ? error.message : String(error),
      });
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

const answer = (status: number, body: object): ApiResponse => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(onTheWire(body)),
});

/** AWS JSON 1.0 writes a time as seconds since 1970. */
function onTheWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(onTheWire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, onTheWire(member)]));
}
