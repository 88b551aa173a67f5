import { join } from "node:path";
import { type Clock, ExecutionStopped, systemClock } from "../asl/index.js";
import { createActivities } from "./activities.js";
import { activityOperations } from "./activity-operations.js";
import { executionOperations } from "./execution-operations.js";
import { createExecutions, type Executions } from "./executions.js";
import { createExpressExecutions, type ExpressExecutions } from "./express.js";
import type { ExecutionListener } from "./launch.js";
import type { IotPort, LambdaPort, S3Port } from "./ports.js";
import { createResources } from "./resources/resources.js";
import { createRevisions } from "./revisions.js";
import { stateMachineOperations } from "./state-machine-operations.js";
import { createStateMachines, type StateMachines } from "./state-machines.js";
import { fileHistories } from "./storage/file-histories.js";
import { type Histories, memoryHistories } from "./storage/histories.js";
import { forgetfulRecords, openRecords, type Records } from "./storage/records.js";
import { tagOperations } from "./tag-operations.js";
import { createTags } from "./tags.js";
import { taskOperations } from "./task-operations.js";
import { createTaskTokens } from "./task-tokens.js";

export interface StepFunctionsOptions {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly lambda: LambdaPort;
  readonly iot: IotPort;
  /** Default: none; `aws-sdk:s3:*` is refused then. */
  readonly s3?: S3Port;
  /** Default: the system's time. {@link withoutWaits} skips Wait states and retry intervals. */
  readonly clock?: Clock;
  /** Uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
  /** Folder in which machines, activities and Standard executions outlive the process; created where absent. One process at a time may use it. Default: they do not. */
  readonly dataDir?: string;
  /** Hears of what is wrong but stops nothing. Default: `process.emitWarning`. */
  readonly warn?: (message: string) => void;
}

/** The embedded Step Functions; every method throws {@link StepFunctionsError} under AWS's name. */
export interface StepFunctions
  extends ReturnType<typeof stateMachineOperations>,
    ReturnType<typeof executionOperations>,
    ReturnType<typeof activityOperations>,
    ReturnType<typeof tagOperations>,
    ReturnType<typeof taskOperations> {
  /**
   * Calls back with every history event of every execution, as it happens. The listener must not throw.
   *
   * @returns the function that ends it
   */
  onEvent(listener: ExecutionListener): () => void;
  /** Stops every running execution and waits for their end. With a `dataDir`, who opens it next can redrive them. */
  close(): Promise<void>;
}

/**
 * Step Functions in this process: machines, activities, executions and their histories. With a `dataDir` they outlive
 * it; an execution that was running when the process died is then ABORTED, and can be redriven.
 *
 * @throws Error where the folder cannot be opened or its records are damaged
 *
 * @example
 * ```ts
 * const stepFunctions = createStepFunctions({ region: "us-east-1", accountId: "000000000000", lambda, iot });
 * const { stateMachineArn } = await stepFunctions.createStateMachine({ name: "Orders", definition });
 * const { executionArn } = await stepFunctions.startExecution({ stateMachineArn, input: "{}" });
 * const { status, output } = await stepFunctions.completion(executionArn);
 * ```
 */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { clock = systemClock, random = Math.random, region, accountId, lambda, iot, s3 } = options;
  const owner = { region, accountId };
  const listeners = new Set<ExecutionListener>();
  const onEvent: ExecutionListener = (arn, event) => {
    for (const listener of listeners) listener(arn, event);
  };
  const { records, histories } = openStorage(options);
  const tokens = createTaskTokens();
  const tags = createTags(records);
  const activities = createActivities({ owner, clock, records, tags });
  const starter: Parameters<typeof createResources>[0]["executions"] = {
    startExecution: (input) => operations.startExecution(input),
    stopExecution: (input) => operations.stopExecution(input),
    completion: (executionArn) => operations.completion(executionArn),
  };
  const resolveTask = createResources({ lambda, iot, s3, tokens, activities, executions: starter });
  const revisions = createRevisions(records, resolveTask);
  const machines = createStateMachines({ owner, clock, records, revisions, tags });
  const launchHost = { ...owner, clock, random, newTaskToken: tokens.issue, onEvent, revisions };
  const executions: Executions = createExecutions({
    ...launchHost,
    records,
    histories,
    isMachineDeleted: machines.isDeleted,
    ended: (arn) => finishDeletion(arn, machines, executions),
  });
  const express = createExpressExecutions(launchHost);
  revisions.keep(new Set([...machines.revisions(), ...executions.all().map(({ revision }) => revision)]));
  const operations = {
    ...stateMachineOperations({ machines, executions, resolveTask, saved: records.flushed }),
    ...executionOperations({ machines, executions, express }),
    ...activityOperations({ activities, saved: records.flushed }),
    ...tagOperations({ machines, activities, tags, saved: records.flushed }),
    ...taskOperations(tokens),
  };

  return {
    ...operations,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      await stopAll(executions, express);
      await histories.close();
      await records.close();
    },
  };
}

async function stopAll(executions: Executions, express: ExpressExecutions): Promise<void> {
  const running = executions.all().filter(({ status }) => status === "RUNNING");
  await Promise.all([
    express.stopAll(STACK_STOPPED),
    ...running.map(({ executionArn }) => executions.stop(executionArn, STACK_STOPPED)),
  ]);
}

const STACK_STOPPED = new ExecutionStopped("Sfs3.ProcessStopped", "the local stack was stopped");

interface Storage {
  readonly records: Records;
  readonly histories: Histories;
}

function openStorage({ dataDir, warn = process.emitWarning }: StepFunctionsOptions): Storage {
  if (dataDir === undefined) return { records: forgetfulRecords(), histories: memoryHistories() };
  const failed = (error: unknown) =>
    warn(`Step Functions could not write to ${dataDir}: ${error instanceof Error ? error.message : String(error)}`);
  return {
    records: openRecords(dataDir, failed),
    histories: fileHistories(join(dataDir, "histories"), failed),
  };
}

/** A machine is deleted once none of its executions runs any more. */
function finishDeletion(stateMachineArn: string, machines: StateMachines, executions: Executions): void {
  if (machines.isDeleted(stateMachineArn) && !executions.isRunning(stateMachineArn)) machines.remove(stateMachineArn);
}
