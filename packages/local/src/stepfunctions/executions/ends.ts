import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Owner } from "../names.js";
import type { ExecutionDescription } from "./execution-record.js";

/**
 * The event by which EventBridge tells that a Standard execution has ended.
 *
 * Source: AWS Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge".
 */
export interface ExecutionEnd {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "Step Functions Execution Status Change";
  readonly source: "aws.states";
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly [executionArn: string];
  readonly detail: {
    readonly executionArn: string;
    readonly stateMachineArn: string;
    readonly name: string;
    readonly status: Exclude<ExecutionDescription["status"], "RUNNING">;
    /** Unit, of all dates: milliseconds since the epoch. */
    readonly startDate: number;
    /** Tells one end of a redriven execution from another. */
    readonly stopDate: number;
    /** JSON text. */
    readonly input: string;
    readonly inputDetails: { readonly included: true };
    /** JSON text; only of a `SUCCEEDED` execution. */
    readonly output: string | null;
    readonly outputDetails: { readonly included: true } | null;
    readonly error: string | null;
    readonly cause: string | null;
    readonly redriveCount: number;
    readonly redriveDate: number | null;
  };
}

/** Hears of an end; what it promises is waited for when the service is closed, and what it rejects with is told. */
export type EndListener = (end: ExecutionEnd) => Promise<unknown>;

/** Who hears of the ends of executions. */
export interface Ends {
  listen(listener: EndListener): () => void;
  tell(execution: ExecutionDescription): void;
  /** Waits until those who have been told are done, but no longer than {@link PATIENCE_MS}. */
  heard(): Promise<void>;
}

/** A listener that waits for what will not come must not keep the process. Unit: milliseconds. */
const PATIENCE_MS = 5_000;

interface EndsOptions extends Owner {
  readonly warn: (message: string) => void;
}

export function createEnds({ region, accountId, warn }: EndsOptions): Ends {
  const listeners = new Set<EndListener>();
  const hearing = new Set<Promise<void>>();

  const tellOne = async (listener: EndListener, end: ExecutionEnd): Promise<void> => {
    try {
      await listener(end);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      warn(`Who listens to ends failed on that of ${end.detail.executionArn}: ${why}`);
    }
  };

  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (execution) => {
      if (listeners.size === 0) return;
      const end = endOf(execution, { region, accountId });
      for (const listener of listeners) {
        const told: Promise<void> = tellOne(listener, end).finally(() => hearing.delete(told));
        hearing.add(told);
      }
    },
    heard: async () => {
      await Promise.race([Promise.all(hearing), setTimeout(PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}

function endOf(execution: ExecutionDescription, { region, accountId }: Owner): ExecutionEnd {
  const { executionArn, stateMachineArn, name, status, startDate, input, output, error, cause } = execution;
  const { stopDate, redriveCount = 0, redriveDate } = execution;
  if (status === "RUNNING" || stopDate === undefined) throw new Error(`${executionArn} has not ended.`);
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account: accountId,
    time: `${stopDate.toISOString().slice(0, -".000Z".length)}Z`,
    region,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate: startDate.getTime(),
      stopDate: stopDate.getTime(),
      input,
      inputDetails: { included: true },
      output: output ?? null,
      outputDetails: output === undefined ? null : { included: true },
      error: error ?? null,
      cause: cause ?? null,
      redriveCount,
      redriveDate: redriveDate?.getTime() ?? null,
    },
  };
}
