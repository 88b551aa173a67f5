import { type Json, StateFailure, type TaskRequest, type TaskRunner } from "../../asl/index.js";
import type { ExecutionDescription } from "../executions/execution-record.js";
import { StepFunctionsError } from "../service-error.js";
import { readArguments } from "./arguments.js";
import { optimizedFailure, sdkMetadata } from "./sdk-metadata.js";

const START_ARGUMENTS = ["StateMachineArn", "Input", "Name"];

/** The part of the service that a nested execution needs. */
export interface ExecutionStarter {
  startExecution(input: {
    stateMachineArn: string;
    name?: string | undefined;
    input: string;
  }): Promise<{ readonly executionArn: string; readonly startDate: Date }>;
  stopExecution(input: { executionArn: string }): Promise<unknown>;
  completion(executionArn: string): Promise<ExecutionDescription>;
}

/** `states:startExecution`: fire and forget. */
export const startExecution =
  (starter: ExecutionStarter): TaskRunner =>
  async (request) =>
    start(starter, request);

/** `states:startExecution.sync` and `.sync:2`: waits for the end; the second gives input and output as JSON. */
export const startExecutionSync =
  (starter: ExecutionStarter, asJson: boolean): TaskRunner =>
  async (request) => {
    const started = await start(starter, request);
    const executionArn = started.ExecutionArn;
    // Nobody can describe an Express execution, so nobody can wait for its end.
    if (isExpress(executionArn)) {
      const problem = "This operation is not supported by this type of state machine";
      throw refused("StateMachineTypeNotSupported", problem);
    }
    // Nothing waits for the nested execution any more: AWS stops it too.
    const stop = () => void starter.stopExecution({ executionArn });
    if (request.signal.aborted) stop();
    request.signal.addEventListener("abort", stop, { once: true });
    request.submitted(started);
    const ended = await starter.completion(executionArn);
    request.signal.removeEventListener("abort", stop);
    const described = describe(ended, asJson && ended.status === "SUCCEEDED");
    if (ended.status === "SUCCEEDED") return described;
    throw new StateFailure("States.TaskFailed", JSON.stringify(described));
  };

const isExpress = (executionArn: string) => executionArn.split(":")[5] === "express";

async function start(starter: ExecutionStarter, { arguments: args }: TaskRequest) {
  const { values, string, optionalString } = readArguments(args, START_ARGUMENTS);
  const stateMachineArn = string("StateMachineArn");
  const input = inputText(values.Input);
  try {
    const { executionArn, startDate } = await starter.startExecution({
      stateMachineArn,
      name: optionalString("Name"),
      input,
    });
    const body = { ExecutionArn: executionArn, StartDate: startDate.getTime() };
    const headers = { connection: "keep-alive", "Content-Type": "application/x-amz-json-1.0" };
    return { ...body, ...sdkMetadata(JSON.stringify(body), { headers }) };
  } catch (error) {
    if (!(error instanceof StepFunctionsError)) throw error;
    throw refused(error.name, error.message);
  }
}

// The SDK for Java ends the names of its exceptions alike.
const refused = (code: string, message: string): StateFailure => {
  const name = code.endsWith("Exception") ? code : `${code}Exception`;
  return optimizedFailure(`StepFunctions.${name}`, { service: "AWSStepFunctions", status: 400, code, message });
};

// A string that is JSON text is the input itself, as it is for the StartExecution API.
function inputText(input: Json | undefined): string {
  return typeof input === "string" ? input : JSON.stringify(input ?? {});
}

function describe(execution: ExecutionDescription, asJson: boolean): Json {
  const { output, error, cause, input, stopDate } = execution;
  const value = (text: string): Json => (asJson ? (JSON.parse(text) as Json) : text);
  const isRedrivable = execution.status !== "SUCCEEDED";
  const described: Record<string, Json | undefined> = {
    Cause: cause,
    Error: error,
    ExecutionArn: execution.executionArn,
    Input: value(input),
    InputDetails: { Included: true },
    Name: execution.name,
    Output: output === undefined ? undefined : value(output),
    OutputDetails: output === undefined ? undefined : { Included: true },
    RedriveCount: 0,
    RedriveStatus: isRedrivable ? "REDRIVABLE" : "NOT_REDRIVABLE",
    RedriveStatusReason: isRedrivable ? undefined : `Execution is ${execution.status} and cannot be redriven`,
    StartDate: execution.startDate.getTime(),
    StateMachineArn: execution.stateMachineArn,
    Status: execution.status,
    StopDate: stopDate?.getTime(),
  };
  return Object.fromEntries(
    Object.entries(described).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
