import {
  type Clock,
  type ExecutionOutcome,
  exceedsPayloadLimit,
  execute,
  type HistoryEvent,
  type Json,
  type MapRuns,
} from "../../asl/index.js";
import type { Revision, Revisions } from "../machines/revisions.js";
import type { Mocks } from "../mocks/mocks.js";
import { constraintViolation, StepFunctionsError } from "../service-error.js";

export interface StartInput {
  readonly name?: string | undefined;
  /** JSON text. Default: `{}`. */
  readonly input?: string | undefined;
  readonly traceHeader?: string | undefined;
  /** Which of the machine's test cases its mocks play. */
  readonly testCase?: string | undefined;
}

export type ExecutionListener = (executionArn: string, event: HistoryEvent) => void;

export interface LaunchHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly newTaskToken: () => string;
  readonly onEvent: ExecutionListener;
  readonly mapRuns: MapRuns;
  readonly revisions: Revisions;
  readonly mocks: Mocks;
}

export interface Launch {
  readonly executionArn: string;
  readonly name: string;
  readonly revision: Revision;
  readonly startDate: Date;
  readonly input: Json;
  readonly signal: AbortSignal;
  readonly redriveCount: number;
  readonly testCase: string | undefined;
  readonly resume?: readonly HistoryEvent[];
  readonly timeoutSeconds?: number;
  readonly onEvent?: (event: HistoryEvent) => void;
}

/** Has the engine run a revision. Never rejects for a revision that compiles. */
export function launch(host: LaunchHost, { testCase, ...given }: Launch): Promise<ExecutionOutcome> {
  const outcome = run(host, given);
  host.mocks.begin(given.executionArn, testCase, outcome);
  return outcome;
}

async function run(host: LaunchHost, given: Omit<Launch, "testCase">): Promise<ExecutionOutcome> {
  const { executionArn, name, revision, startDate, input, redriveCount, onEvent, ...options } = given;
  const machine = host.revisions.machineOf(revision);
  // A moment later, so that whoever hears the first event can already describe the execution.
  await undefined;
  return execute(machine, {
    ...options,
    input,
    context: {
      Execution: {
        Id: executionArn,
        Input: input,
        Name: name,
        RoleArn: revision.roleArn,
        StartTime: startDate.toISOString(),
        RedriveCount: redriveCount,
      },
      StateMachine: { Id: revision.stateMachineArn, Name: revision.name },
    },
    clock: host.clock,
    random: host.random,
    newTaskToken: host.newTaskToken,
    mapRuns: host.mapRuns,
    onEvent: (event) => {
      onEvent?.(event);
      host.onEvent(executionArn, event);
    },
  });
}

/** Reads an execution's input. @throws InvalidExecutionInput */
export function parseInput(input: string): Json {
  if (exceedsPayloadLimit(input)) {
    throw constraintViolation("input", input, "Member must have length less than or equal to 262144");
  }
  try {
    return JSON.parse(input);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new StepFunctionsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${problem}'`);
  }
}
