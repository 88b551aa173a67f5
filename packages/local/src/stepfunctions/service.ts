import { join } from "node:path";
import {
  type Clock,
  compile,
  createMapRuns,
  ExecutionStopped,
  type ObjectPort,
  systemClock,
  validate,
} from "../asl/index.js";
import { failureToOpen } from "../data-folder-error.js";
import { type DataFolderWatch, watchDataFolder } from "../data-folder-watch.js";
import { createEnds, type EndListener } from "./executions/ends.js";
import { executionOperations } from "./executions/execution-operations.js";
import { createExecutions, type Executions } from "./executions/executions.js";
import { createExpressExecutions, type ExpressExecutions } from "./executions/express.js";
import type { ExecutionListener } from "./executions/launch.js";
import { mapRunOperations } from "./executions/map-run-operations.js";
import type { CompilerOf } from "./machines/definitions.js";
import { createRevisions } from "./machines/revisions.js";
import { stateMachineOperations } from "./machines/state-machine-operations.js";
import { createStateMachines, type StateMachines } from "./machines/state-machines.js";
import type { Diagnose } from "./machines/validate-definition.js";
import type { MockConfig } from "./mocks/mock-config.js";
import { createMocks } from "./mocks/mocks.js";
import type { IotPort, LambdaPort, S3Port } from "./ports.js";
import { createResources } from "./resources/resources.js";
import { fileHistories } from "./storage/file-histories.js";
import { type Histories, memoryHistories } from "./storage/histories.js";
import { forgetfulRecords, openRecords, type Records } from "./storage/records.js";
import { tagOperations } from "./tags/tag-operations.js";
import { createTags } from "./tags/tags.js";
import { createActivities } from "./tasks/activities.js";
import { activityOperations } from "./tasks/activity-operations.js";
import { taskOperations } from "./tasks/task-operations.js";
import { createTaskTokens } from "./tasks/task-tokens.js";
import { testOperations } from "./test-state/test-operations.js";

export interface StepFunctionsOptions {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly lambda: LambdaPort;
  readonly iot: IotPort;
  /** Default: none; `aws-sdk:s3:*` is refused then. */
  readonly s3?: S3Port;
  /** What distributed Maps read their items from and write their results to. Default: none, such a Map is refused. */
  readonly objects?: ObjectPort;
  /** What stands in for services that are not here: the mocks, or the path of their JSON file. Default: none. */
  readonly mocks?: MockConfig | string;
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
    ReturnType<typeof mapRunOperations>,
    ReturnType<typeof tagOperations>,
    ReturnType<typeof taskOperations>,
    ReturnType<typeof testOperations> {
  /**
   * Calls back with every history event of every execution, as it happens. The listener must not throw.
   *
   * @returns the function that ends it
   */
  onEvent(listener: ExecutionListener): () => void;
  /**
   * Calls back with every end of a Standard execution, once it is kept, as a rule of EventBridge would. `close` waits 5 s at
   * most for what the listener promises; what it rejects with is told by `warn`.
   *
   * @returns the function that ends it
   */
  onEnd(listener: EndListener): () => void;
  /** Stops every running execution and waits for their end. With a `dataDir`, who opens it next can redrive them. */
  close(): Promise<void>;
}

/**
 * Step Functions in this process: machines, activities, executions and their histories. With a `dataDir` they outlive
 * it; an execution that was running when the process died is then ABORTED, and can be redriven.
 *
 * Without room on the disk what is running goes on, and ends when there is some; nothing new is started: that rejects with
 * {@link DataFolderError}.
 *
 * @param watch tells of a folder that cannot be written, where other services share it. Default: one of its own
 * @throws DataFolderError where the folder cannot be written
 * @throws Error where its records are damaged
 *
 * @example
 * ```ts
 * const stepFunctions = createStepFunctions({ region: "us-east-1", accountId: "000000000000", lambda, iot });
 * const { stateMachineArn } = await stepFunctions.createStateMachine({ name: "Orders", definition });
 * const { executionArn } = await stepFunctions.startExecution({ stateMachineArn, input: "{}" });
 * const { status, output } = await stepFunctions.completion(executionArn);
 * ```
 *
 * @throws MockConfigError where the mocks are not valid
 */
export function createStepFunctions(options: StepFunctionsOptions, watch?: DataFolderWatch): StepFunctions {
  const { clock = systemClock, random = Math.random, region, accountId, lambda, iot, s3, objects } = options;
  const owner = { region, accountId };
  const listeners = new Set<ExecutionListener>();
  const onEvent: ExecutionListener = (arn, event) => {
    for (const listener of listeners) listener(arn, event);
  };
  const { records, histories } = openStorage(options, watch);
  const ends = createEnds({ ...owner, warn: options.warn ?? process.emitWarning });
  const tokens = createTaskTokens();
  const tags = createTags(records);
  const activities = createActivities({ owner, clock, records, tags });
  const starter: Parameters<typeof createResources>[0]["executions"] = {
    startExecution: (input) => operations.startExecution(input),
    stopExecution: (input) => operations.stopExecution(input),
    completion: (executionArn) => operations.completion(executionArn),
  };
  const mocks = createMocks(options.mocks);
  const resolveTaskOf = createResources({ lambda, iot, s3, tokens, activities, mocks, executions: starter });
  const compilerOf: CompilerOf = (name) => (definition) => compile(definition, resolveTaskOf(name), { objects });
  // Of a machine without a name: mocks by resource count, those of a machine do not.
  const diagnose: Diagnose = (definition) => validate(definition, resolveTaskOf(""), { objects });
  const revisions = createRevisions(records, compilerOf);
  const machines = createStateMachines({ owner, clock, records, revisions, tags });
  const mapRuns = createMapRuns();
  const launchHost = { ...owner, clock, random, newTaskToken: tokens.issue, onEvent, mapRuns, revisions, mocks };
  const executions: Executions = createExecutions({
    ...launchHost,
    records,
    histories,
    isMachineDeleted: machines.isDeleted,
    ended: (execution) => {
      ends.tell(execution);
      finishDeletion(execution.stateMachineArn, machines, executions);
    },
  });
  const express = createExpressExecutions(launchHost);
  revisions.keep(new Set([...machines.revisions(), ...executions.all().map(({ revision }) => revision)]));
  const operations = {
    ...stateMachineOperations({ machines, executions, diagnose, saved: records.flushed }),
    ...executionOperations({ machines, executions, express, mocks }),
    ...mapRunOperations({ executions, mapRuns }),
    ...activityOperations({ activities, saved: records.flushed }),
    ...tagOperations({ machines, activities, tags, saved: records.flushed }),
    ...taskOperations(tokens),
    ...testOperations({ owner, clock, random, newTaskToken: tokens.issue, resolveTask: resolveTaskOf("") }),
  };

  return {
    ...operations,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onEnd: ends.listen,
    close: async () => {
      histories.endRetries();
      records.endRetries();
      await stopAll(executions, express);
      await ends.heard();
      await histories.close().finally(records.close);
    },
  };
}

async function stopAll(executions: Executions, express: ExpressExecutions): Promise<void> {
  const running = executions.all().filter(({ status }) => status === "RUNNING");
  await Promise.all([
    express.stopAll(STACK_STOPPED),
    // What cannot be written any more is told when the storage is closed.
    ...running.map(({ executionArn }) => executions.stop(executionArn, STACK_STOPPED).catch(() => {})),
  ]);
}

const STACK_STOPPED = new ExecutionStopped("Sfs3.ProcessStopped", "the local stack was stopped");

interface Storage {
  readonly records: Records;
  readonly histories: Histories;
}

function openStorage({ dataDir, warn = process.emitWarning }: StepFunctionsOptions, watch?: DataFolderWatch): Storage {
  if (dataDir === undefined) return { records: forgetfulRecords(), histories: memoryHistories() };
  const folder = watch ?? watchDataFolder({ folder: dataDir, warn });
  const failed = (error: unknown) => {
    const failure = folder.failed(error);
    if (failure !== undefined) return failure;
    warn(`Step Functions could not write to ${dataDir}: ${error instanceof Error ? error.message : String(error)}`);
    return error;
  };
  const outcome = { failed, written: folder.written };
  try {
    return { records: openRecords(dataDir, outcome), histories: fileHistories(join(dataDir, "histories"), outcome) };
  } catch (error) {
    throw failureToOpen(dataDir, error);
  }
}

/** A machine is deleted once none of its executions runs any more. */
function finishDeletion(stateMachineArn: string, machines: StateMachines, executions: Executions): void {
  if (machines.isDeleted(stateMachineArn) && !executions.isRunning(stateMachineArn)) machines.remove(stateMachineArn);
}
