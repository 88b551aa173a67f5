import { randomUUID } from "node:crypto";
import {
  type Clock,
  type ExecuteOptions,
  type ExecutionOutcome,
  type ExecutionStopped,
  exceedsPayloadLimit,
  execute,
  type HistoryEvent,
  type Json,
} from "../asl/index.js";
import { checkArn, checkName, executionArn, type Owner } from "./names.js";
import { type PageRequest, pageOf } from "./paging.js";
import { StepFunctionsError } from "./service-error.js";
import type { StoredStateMachine } from "./state-machines.js";

export type ExecutionStatus = "RUNNING" | ExecutionOutcome["status"];

/** An execution as DescribeExecution shows it. */
export interface ExecutionDescription {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  readonly stopDate?: Date;
  /** JSON text. */
  readonly input: string;
  /** JSON text; only of a SUCCEEDED execution. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export type ExecutionListener = (executionArn: string, event: HistoryEvent) => void;

export interface StartInput {
  readonly name?: string | undefined;
  /** JSON text. Default: `{}`. */
  readonly input?: string | undefined;
}

export interface ExecutionHost extends Owner {
  readonly clock: Clock;
  readonly random: () => number;
  readonly newTaskToken: () => string;
  readonly onEvent: ExecutionListener;
}

export interface Executions {
  start(machine: StoredStateMachine, input: StartInput): ExecutionDescription;
  describe(arn: string): ExecutionDescription;
  stop(arn: string, reason: ExecutionStopped): Promise<ExecutionDescription>;
  list(machineArn: string, filter: PageRequest & { readonly statusFilter?: string | undefined }): ExecutionPage;
  history(arn: string): readonly HistoryEvent[];
  completion(arn: string): Promise<ExecutionDescription>;
  running(): readonly string[];
}

interface ExecutionPage {
  readonly page: ExecutionDescription[];
  readonly nextToken?: string;
}

interface StoredExecution {
  description: ExecutionDescription;
  readonly events: HistoryEvent[];
  readonly abort: AbortController;
  readonly completion: Promise<ExecutionDescription>;
}

export function createExecutions(host: ExecutionHost): Executions {
  const executions = new Map<string, StoredExecution>();

  const find = (arn: string): StoredExecution => {
    checkArn(arn, "execution");
    const found = executions.get(arn);
    if (found !== undefined) return found;
    throw new StepFunctionsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  };

  return {
    start: (machine, { name = randomUUID(), input = "{}" }) => {
      checkName(name);
      const value = parseInput(input);
      const arn = executionArn(host, machine.name, name);
      const existing = executions.get(arn);
      if (existing !== undefined) return sameOrRefused(existing.description, input);
      const description: ExecutionDescription = {
        executionArn: arn,
        stateMachineArn: machine.stateMachineArn,
        name,
        status: "RUNNING",
        startDate: host.clock.now(),
        input,
      };
      executions.set(arn, run(host, machine, description, value));
      return description;
    },
    describe: (arn) => find(arn).description,
    stop: (arn, reason) => {
      const execution = find(arn);
      execution.abort.abort(reason);
      return execution.completion;
    },
    list: (machineArn, { statusFilter, ...page }) => {
      const listed = [...executions.values()]
        .map(({ description }) => description)
        .filter(({ stateMachineArn }) => stateMachineArn === machineArn)
        .filter(({ status }) => statusFilter === undefined || status === statusFilter)
        .reverse();
      return pageOf(listed, ({ executionArn: arn }) => arn, page);
    },
    history: (arn) => find(arn).events,
    completion: (arn) => find(arn).completion,
    running: () =>
      [...executions].filter(([, { description }]) => description.status === "RUNNING").map(([arn]) => arn),
  };
}

function run(
  host: ExecutionHost,
  machine: StoredStateMachine,
  description: ExecutionDescription,
  input: Json,
): StoredExecution {
  const { executionArn: arn, name, startDate } = description;
  const abort = new AbortController();
  const events: HistoryEvent[] = [];
  const options: ExecuteOptions = {
    input,
    context: {
      Execution: {
        Id: arn,
        Input: input,
        Name: name,
        RoleArn: machine.roleArn,
        StartTime: startDate.toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: machine.stateMachineArn, Name: machine.name },
    },
    clock: host.clock,
    random: host.random,
    newTaskToken: host.newTaskToken,
    signal: abort.signal,
    onEvent: (event) => {
      events.push(event);
      host.onEvent(arn, event);
    },
  };
  // Started a moment later, so that whoever hears the first event can already describe the execution.
  const outcome = Promise.resolve().then(() => execute(machine.machine, options));
  const completion = outcome.then((ended) => {
    execution.description = { ...description, ...endOf(ended), stopDate: host.clock.now() };
    return execution.description;
  });
  const execution: StoredExecution = { description, events, abort, completion };
  return execution;
}

const endOf = (outcome: ExecutionOutcome) =>
  outcome.status === "SUCCEEDED" ? { status: outcome.status, output: JSON.stringify(outcome.output) } : outcome;

function parseInput(input: string): Json {
  if (exceedsPayloadLimit(input)) {
    throw new StepFunctionsError(
      "ValidationException",
      "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    );
  }
  try {
    return JSON.parse(input);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new StepFunctionsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${problem}'`);
  }
}

// As on AWS, starting a running execution again with the same name and input answers with the one there is.
function sameOrRefused(existing: ExecutionDescription, input: string): ExecutionDescription {
  if (existing.status === "RUNNING" && existing.input === input) return existing;
  const arn = existing.executionArn;
  throw new StepFunctionsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
}
