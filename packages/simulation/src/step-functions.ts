import { createStepFunctions, type ExecutionDescription, StepFunctionsError } from "@sfs3/local";
import { answer, type HttpAnswer, type HttpRequest, jsonRefusal } from "./http.js";
import type { Outcome } from "./lambda.js";
import type { World } from "./world.js";

export interface StepFunctionsSettings<TSender> {
  readonly invoke: (functionName: string, payload: string, signal: AbortSignal) => Promise<Outcome>;
  readonly publish: (topic: string, payload: string) => Promise<void>;
  readonly onStart: (executionArn: string, sender: TSender) => void;
  readonly onEnd: (execution: ExecutionDescription) => void;
}

export interface SimulatedStepFunctions<TSender> {
  createMachine(name: string, definition: string): Promise<string>;
  /** AWS JSON 1.0. */
  serve(request: HttpRequest, sender: TSender): Promise<HttpAnswer>;
  stop(executionArn: string): Promise<void>;
  redrive(executionArn: string): Promise<void>;
  history(executionArn: string): ReturnType<Service["getExecutionHistory"]>;
  describe(executionArn: string): Promise<ExecutionDescription>;
  /** How many executions were started. */
  readonly count: number;
}

type Service = ReturnType<typeof createStepFunctions>;

const OWNER = { region: "us-east-1", accountId: "123456789012" };
const ENDS = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/;
/** How long an ended execution may still be described as running. Unit: milliseconds. */
const STALE_MS = 4_000;

/** The engine of `@sfs3/local`, which runs the generated definition, by the real protocol. */
export const createSimulatedStepFunctions = <TSender>(
  world: World,
  { invoke, publish, onStart, onEnd }: StepFunctionsSettings<TSender>,
): SimulatedStepFunctions<TSender> => {
  const service = createStepFunctions({
    ...OWNER,
    random: world.random.next,
    lambda: { invoke },
    iot: { publish: ({ topic, payload }) => publish(topic, payload.toString("utf8")) },
  });
  const known = new Set<string>();
  service.onEvent((executionArn, { type }) => {
    world.trace(() => `${executionArn.split(":").slice(-2).join(":")} ${type}`);
    if (ENDS.test(type)) void service.completion(executionArn).then(onEnd);
  });

  const start = async (input: Parameters<Service["startExecution"]>[0], sender: TSender) => {
    const started = await service.startExecution(input);
    if (!known.has(started.executionArn)) onStart(started.executionArn, sender);
    known.add(started.executionArn);
    return started;
  };

  const describe = async (executionArn: string) => {
    const described = await service.describeExecution({ executionArn });
    const endedMs = described.stopDate?.getTime() ?? 0;
    const mayBeStale = world.timeline.now() - endedMs < STALE_MS && described.status !== "RUNNING";
    if (!mayBeStale || world.faults.strike("state of an execution is stale") === undefined) return described;
    const { stopDate: _unknown, output: _none, error: _nor, cause: _these, ...running } = described;
    return { ...running, status: "RUNNING" };
  };

  const run = (operation: string, input: never, sender: TSender): Promise<object> => {
    if (operation === "StartExecution") return start(input, sender);
    if (operation === "DescribeExecution") return describe((input as { executionArn: string }).executionArn);
    if (operation === "GetExecutionHistory") return service.getExecutionHistory(input);
    throw new Error(`The simulated Step Functions does not know ${operation}; teach it.`);
  };

  return {
    get count() {
      return known.size;
    },
    createMachine: async (name, definition) => {
      const roleArn = `arn:aws:iam::${OWNER.accountId}:role/simulated`;
      return (await service.createStateMachine({ name, definition, roleArn })).stateMachineArn;
    },
    serve: async ({ headers, body }, sender) => {
      const operation = headers["x-amz-target"]?.split(".")[1] ?? "";
      try {
        const output = await run(operation, JSON.parse(body.toString("utf8")) as never, sender);
        return answer(200, JSON.stringify(output, wireValue));
      } catch (error) {
        if (error instanceof StepFunctionsError) return jsonRefusal(400, error.name, error.message);
        throw error;
      }
    },
    stop: async (executionArn) => {
      await service.stopExecution({ executionArn, error: "Stopped", cause: "by an operator" });
    },
    redrive: async (executionArn) => {
      await service.redriveExecution({ executionArn });
    },
    history: (executionArn) => service.getExecutionHistory({ executionArn, reverseOrder: true, maxResults: 50 }),
    describe: (executionArn) => service.describeExecution({ executionArn }) as Promise<ExecutionDescription>,
  };
};

/** AWS JSON 1.0 writes a time as seconds since 1970; `toJSON` has made text of it by the time it is asked. */
function wireValue(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1_000 : value;
}
