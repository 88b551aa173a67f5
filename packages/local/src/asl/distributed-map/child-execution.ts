import type { StateMachine } from "../compile.js";
import { type ExecutionOutcome, execute } from "../execute.js";
import type { Json } from "../json.js";
import type { StateEntry } from "../state.js";
import { type ExecutionType, type MapRunNames, newChildNames } from "./arns.js";

/** A child as it has ended. */
export interface EndedChild {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: ExecutionType;
  readonly input: Json;
  readonly startDate: Date;
  readonly stopDate: Date;
  readonly outcome: ExecutionOutcome;
}

export interface ChildExecution {
  readonly processor: StateMachine;
  readonly type: ExecutionType;
  readonly names: MapRunNames;
  readonly input: Json;
  readonly signal: AbortSignal;
}

/** The longest that an Express execution may take. Unit: seconds. Source: Step Functions quotas. */
const EXPRESS_TIMEOUT_SECONDS = 300;

/** Runs one child: an execution of its own, whose history nobody asks for. It sees nothing of its parent's variables. */
export async function executeChild({ line }: StateEntry, child: ChildExecution): Promise<EndedChild> {
  const { run } = line;
  const { processor, type, names, input, signal } = child;
  const { name, arn } = newChildNames(names, type);
  const startDate = run.clock.now();
  const outcome = await execute(processor, {
    input,
    context: {
      Execution: {
        Id: arn,
        Input: input,
        Name: name,
        RoleArn: run.context.Execution.RoleArn,
        StartTime: startDate.toISOString(),
        RedriveCount: 0,
      },
      StateMachine: names.stateMachine,
    },
    clock: run.clock,
    random: run.random,
    newTaskToken: run.newTaskToken,
    mapRuns: run.mapRuns,
    signal,
    ...(type === "EXPRESS" && { timeoutSeconds: EXPRESS_TIMEOUT_SECONDS }),
  });
  const stateMachineArn = names.stateMachine.Id;
  return { executionArn: arn, stateMachineArn, name, type, input, startDate, stopDate: run.clock.now(), outcome };
}
