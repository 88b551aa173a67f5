import { randomUUID } from "node:crypto";
import { type Clock, isJsonObject, type Json, type JsonObject } from "../../asl/index.js";
import { executionArn, type Owner, stateMachineArn } from "../names.js";
import { StepFunctionsError } from "../service-error.js";

type Kind = "string" | "number" | "any";

/** What a context object may hold. Source: Developer Guide, "Accessing execution data from the Context object". */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Execution: {
    Id: "string",
    Input: "any",
    Name: "string",
    RedriveCount: "number",
    RedriveTime: "string",
    RoleArn: "string",
    StartTime: "string",
  },
  State: { EnteredTime: "string", Name: "string", RetryCount: "number" },
  StateMachine: { Id: "string", Name: "string" },
  Task: { Token: "string" },
};

/**
 * Checks a context object that a test is given.
 *
 * @throws ValidationException
 */
export function checkContext(context: JsonObject, { hasToken }: { hasToken: boolean }): void {
  if (Object.hasOwn(context, "Map")) throw invalid("'Map' field is not supported when mocking a Context object");
  for (const [name, members] of Object.entries(context)) checkMembers(name, members);
  if (!hasToken && Object.hasOwn(context, "Task")) {
    throw invalid(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    );
  }
}

function checkMembers(owner: string, members: Json): void {
  const fields = Object.hasOwn(FIELDS, owner) ? FIELDS[owner] : undefined;
  if (fields === undefined) throw invalid(`Field '${owner}' is not allowed`);
  if (!isJsonObject(members)) throw invalid(`${owner} must be an object`);
  for (const [name, value] of Object.entries(members)) {
    const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (kind === undefined) throw invalid(`Field '${name}' is not allowed`);
    if (kind !== "any" && typeof value !== kind) throw invalid(`${owner}.${name} must be a ${kind}`);
  }
}

const invalid = (problem: string) =>
  new StepFunctionsError("ValidationException", `Invalid Context object provided: ${problem}`);

interface ContextHost {
  readonly owner: Owner;
  readonly clock: Clock;
  readonly newTaskToken: () => string;
}

interface Tested {
  readonly name: string;
  readonly type: Json | undefined;
  readonly hasToken: boolean;
  readonly input: Json;
  readonly roleArn: string | undefined;
  readonly retries: number;
}

/** The context object of a state that is given none: that of an execution of its own. */
export function defaultContext({ owner, clock, newTaskToken }: ContextHost, tested: Tested): JsonObject {
  const { name, type, hasToken, input, roleArn, retries } = tested;
  const machine = randomUUID();
  const execution = randomUUID();
  const now = clock.now().toISOString();
  const isRetriable = type === "Task" || type === "Map" || type === "Parallel";
  return {
    Execution: {
      Id: executionArn(owner, machine, execution),
      Input: input,
      Name: execution,
      RoleArn: roleArn ?? null,
      StartTime: now,
    },
    StateMachine: { Id: stateMachineArn(owner, machine), Name: machine },
    State: { EnteredTime: now, Name: name, ...(isRetriable && { RetryCount: retries }) },
    ...(hasToken && { Task: { Token: newTaskToken() } }),
  };
}
