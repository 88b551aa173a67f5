import { type Clock, ExecutionStopped, exceedsPayloadLimit, type Json, systemClock } from "../asl/index.js";
import { createExecutions, type ExecutionDescription, type ExecutionListener } from "./executions.js";
import { type HistoryRequest, historyPage } from "./history-view.js";
import type { MockConfig } from "./mocks/mock-config.js";
import { createMocks } from "./mocks/mocks.js";
import type { PageRequest } from "./paging.js";
import type { IotPort, LambdaPort, S3Port } from "./ports.js";
import { createResources } from "./resources/resources.js";
import { StepFunctionsError } from "./service-error.js";
import { type CreateStateMachineInput, createStateMachines } from "./state-machines.js";
import { createTaskTokens } from "./task-tokens.js";

export interface StepFunctionsOptions {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly lambda: LambdaPort;
  readonly iot: IotPort;
  /** Default: none; `aws-sdk:s3:*` is refused then. */
  readonly s3?: S3Port;
  /** What stands in for services that are not here: the mocks, or the path of their JSON file. Default: none. */
  readonly mocks?: MockConfig | string;
  /** Default: the system's time. {@link withoutWaits} skips Wait states and retry intervals. */
  readonly clock?: Clock;
  /** Uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
}

export interface StartExecutionInput {
  readonly stateMachineArn: string;
  /** 1 to 80 characters. Default: a new UUID. */
  readonly name?: string | undefined;
  /** JSON text of at most 262,144 bytes. Default: `{}`. */
  readonly input?: string | undefined;
}

/** The embedded Step Functions; every method throws {@link StepFunctionsError} under AWS's name. */
export type StepFunctions = ReturnType<typeof createStepFunctions>;

/**
 * Step Functions in this process: machines, executions and history live in memory.
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
export function createStepFunctions(options: StepFunctionsOptions) {
  const { clock = systemClock, random = Math.random, region, accountId } = options;
  const listeners = new Set<ExecutionListener>();
  const tokens = createTaskTokens();
  const mocks = createMocks(options.mocks);
  const executions = createExecutions({
    region,
    accountId,
    clock,
    random,
    newTaskToken: tokens.issue,
    onEvent: (arn, event) => {
      for (const listener of listeners) listener(arn, event);
    },
  });

  const startExecution = async ({ stateMachineArn, ...start }: StartExecutionInput) => {
    const target = mocks.target(stateMachineArn);
    const { executionArn, startDate } = executions.start(machines.get(target.stateMachineArn), start);
    mocks.begin(executionArn, target.testCase, executions.completion(executionArn));
    return { executionArn, startDate };
  };

  const stopExecution = async (input: {
    readonly executionArn: string;
    readonly error?: string | undefined;
    readonly cause?: string | undefined;
  }) => {
    const { stopDate } = await executions.stop(input.executionArn, new ExecutionStopped(input.error, input.cause));
    return { stopDate: stopDate ?? clock.now() };
  };

  /** Settles when the execution has ended, however it did. */
  const completion = async (executionArn: string): Promise<ExecutionDescription> => executions.completion(executionArn);

  const resources = createResources({
    lambda: options.lambda,
    iot: options.iot,
    s3: options.s3,
    tokens,
    mocks,
    executions: { startExecution, stopExecution, completion },
  });
  const machines = createStateMachines({ region, accountId }, clock, resources);

  return {
    createStateMachine: async (input: CreateStateMachineInput) => {
      const { stateMachineArn, creationDate } = machines.create(input);
      return { stateMachineArn, creationDate };
    },
    describeStateMachine: async ({ stateMachineArn }: { readonly stateMachineArn: string }) => {
      const { machine: _compiled, ...described } = machines.get(stateMachineArn);
      return { ...described, status: "ACTIVE", type: "STANDARD" };
    },
    listStateMachines: async (request: PageRequest = {}) => {
      const { page, ...token } = machines.list(request);
      const stateMachines = page.map(({ stateMachineArn, name, creationDate }) => ({
        stateMachineArn,
        name,
        type: "STANDARD",
        creationDate,
      }));
      return { stateMachines, ...token };
    },
    /** Running executions go on; no new one can be started. */
    deleteStateMachine: async ({ stateMachineArn }: { readonly stateMachineArn: string }) => {
      machines.delete(stateMachineArn);
      return {};
    },
    startExecution,
    stopExecution,
    completion,
    describeExecution: async ({ executionArn }: { readonly executionArn: string }) =>
      withDataDetails(executions.describe(executionArn)),
    listExecutions: async (
      request: PageRequest & { readonly stateMachineArn: string; readonly statusFilter?: string | undefined },
    ) => {
      const { stateMachineArn, ...filter } = request;
      const { page, ...token } = executions.list(machines.get(stateMachineArn).stateMachineArn, filter);
      return { executions: page.map(({ input: _i, output: _o, error: _e, cause: _c, ...listed }) => listed), ...token };
    },
    getExecutionHistory: async ({ executionArn, ...request }: HistoryRequest & { readonly executionArn: string }) =>
      historyPage(executions.history(executionArn), request),
    sendTaskSuccess: async ({ taskToken, output }: { readonly taskToken: string; readonly output: string }) => {
      tokens.succeed(taskToken, parseOutput(output));
      return {};
    },
    sendTaskFailure: async (input: {
      readonly taskToken: string;
      readonly error?: string | undefined;
      readonly cause?: string | undefined;
    }) => {
      tokens.fail(input.taskToken, input.error, input.cause);
      return {};
    },
    sendTaskHeartbeat: async ({ taskToken }: { readonly taskToken: string }) => {
      tokens.heartbeat(taskToken);
      return {};
    },
    /**
     * Calls back with every history event of every execution, as it happens. The listener must not throw.
     *
     * @returns the function that ends it
     */
    onEvent: (listener: ExecutionListener): (() => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Stops every running execution and waits for their end. */
    close: async (): Promise<void> => {
      const reason = new ExecutionStopped(undefined, "the local stack was stopped");
      await Promise.all(executions.running().map((arn) => executions.stop(arn, reason)));
    },
  };
}

const INCLUDED = { included: true } as const;

function withDataDetails(execution: ExecutionDescription) {
  return {
    ...execution,
    inputDetails: INCLUDED,
    ...(execution.output !== undefined && { outputDetails: INCLUDED }),
    redriveCount: 0,
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: `Execution is ${execution.status} and cannot be redriven`,
  };
}

function parseOutput(output: string): Json {
  if (exceedsPayloadLimit(output)) {
    throw new StepFunctionsError("InvalidOutput", "Invalid Output: 'the output is larger than 262144 bytes'");
  }
  try {
    return JSON.parse(output);
  } catch (error) {
    throw new StepFunctionsError(
      "InvalidOutput",
      `Invalid Output: '${error instanceof Error ? error.message : error}'`,
    );
  }
}
