import { randomUUID } from "node:crypto";
import type { ExecutionStopped } from "../../asl/index.js";
import type { Revision } from "../machines/revisions.js";
import { checkName, expressExecutionArn, type Owner } from "../names.js";
import { StepFunctionsError } from "../service-error.js";
import type { ExecutionDescription } from "./execution-record.js";
import { type LaunchHost, launch, parseInput, type StartInput } from "./launch.js";

export interface ExpressExecution {
  readonly executionArn: string;
  readonly startDate: Date;
  readonly completion: Promise<ExecutionDescription>;
}

/** The executions of Express machines: nothing of them is kept but how the latest ended. */
export interface ExpressExecutions {
  start(revision: Revision, input: StartInput): ExpressExecution;
  completion(arn: string): Promise<ExecutionDescription>;
  /** Stops what runs, and waits for its end. */
  stopAll(reason: ExecutionStopped): Promise<void>;
}

/** Source: Step Functions quotas. */
const MAX_DURATION_SECONDS = 300;
/** For whoever asks how one ended after it has. */
const REMEMBERED = 1_000;

export function createExpressExecutions(host: LaunchHost & Owner): ExpressExecutions {
  const running = new Map<string, AbortController>();
  const completions = new Map<string, Promise<ExecutionDescription>>();

  const remember = (arn: string, completion: Promise<ExecutionDescription>) => {
    completions.set(arn, completion);
    const [oldest] = completions.keys();
    if (completions.size > REMEMBERED && oldest !== undefined) completions.delete(oldest);
  };

  const run = async (revision: Revision, started: StartedExpress): Promise<ExecutionDescription> => {
    const { executionArn, name, startDate, input, traceHeader, testCase } = started;
    const abort = new AbortController();
    running.set(executionArn, abort);
    const outcome = await launch(host, {
      executionArn,
      name,
      revision,
      startDate,
      input: parseInput(input),
      signal: abort.signal,
      redriveCount: 0,
      testCase,
      timeoutSeconds: MAX_DURATION_SECONDS,
    }).finally(() => running.delete(executionArn));
    const { stateMachineArn } = revision;
    const described = { executionArn, stateMachineArn, name, startDate, stopDate: host.clock.now(), input };
    const end = outcome.status === "SUCCEEDED" ? { ...outcome, output: JSON.stringify(outcome.output) } : outcome;
    return { ...described, ...end, ...(traceHeader !== undefined && { traceHeader }) };
  };

  return {
    start: (revision, { name = randomUUID(), input = "{}", traceHeader, testCase }) => {
      checkName(name);
      parseInput(input);
      host.revisions.machineOf(revision);
      const executionArn = expressExecutionArn(host, revision.name, name, randomUUID());
      const started = { executionArn, name, startDate: host.clock.now(), input, traceHeader, testCase };
      const completion = run(revision, started);
      remember(executionArn, completion);
      return { ...started, completion };
    },
    completion: async (arn) => {
      const completion = completions.get(arn);
      if (completion !== undefined) return completion;
      throw new StepFunctionsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    },
    stopAll: async (reason) => {
      for (const abort of running.values()) abort.abort(reason);
      await Promise.all([...running.keys()].map((arn) => completions.get(arn)));
    },
  };
}

interface StartedExpress {
  readonly executionArn: string;
  readonly name: string;
  readonly startDate: Date;
  readonly input: string;
  readonly traceHeader: string | undefined;
  readonly testCase: string | undefined;
}

/** What one execution of an Express machine costs by: memory in steps of 64 MB, time in steps of 100 ms. */
export function billingDetails({ startDate, stopDate = startDate }: ExecutionDescription) {
  const durationMs = stopDate.getTime() - startDate.getTime();
  return { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: Math.max(1, Math.ceil(durationMs / 100)) * 100 };
}
