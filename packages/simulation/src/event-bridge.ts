import type { ExecutionDescription } from "@sfs3/local";
import type { SimulatedLambda } from "./lambda.js";
import type { World } from "./world.js";

/** How long Lambda waits before it tries an asynchronous invocation again. Unit: milliseconds. */
const RETRY_MS = [60_000, 120_000] as const;

/**
 * The rule for the status changes of executions: at least once, in no order, each tried three times.
 *
 * Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
 */
export const notifyOfEnds = (world: World, lambda: SimulatedLambda, notifier: string) => {
  const { random, faults, pause } = world;

  const invoke = async (payload: string) => {
    for (const retryMs of [...RETRY_MS, undefined]) {
      const outcome = await lambda.invoke(notifier, payload).catch(() => undefined);
      if ((outcome !== undefined && !("functionError" in outcome)) || retryMs === undefined) return;
      await pause(retryMs);
    }
  };

  const deliver = async (payload: string) => {
    const isDelayed = faults.strike("event delayed") !== undefined;
    await pause(random.integer(20, 500) + (isDelayed ? random.integer(1_000, 60_000) : 0));
    await invoke(payload);
  };

  return ({ executionArn, status, input, stopDate }: ExecutionDescription): void => {
    const payload = JSON.stringify({
      "detail-type": "Step Functions Execution Status Change",
      source: "aws.states",
      detail: { executionArn, status, input, stopDate: stopDate?.getTime() },
    });
    void deliver(payload);
    if (faults.strike("event duplicated") !== undefined) void deliver(payload);
  };
};
