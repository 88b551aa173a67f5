import type { Clock } from "../asl/index.js";
import { endAbandoned } from "./abandoned.js";
import { type ExecutionDescription, type ExecutionRecord, revivedRecord } from "./execution-record.js";
import { checkArn } from "./names.js";
import type { Revisions } from "./revisions.js";
import { StepFunctionsError } from "./service-error.js";
import type { Histories } from "./storage/histories.js";
import type { Records } from "./storage/records.js";

export interface StoredExecution {
  record: ExecutionRecord;
  /** Only while it runs. */
  live: LiveExecution | undefined;
}

export interface LiveExecution {
  /** JSON text. */
  readonly input: string;
  readonly abort: AbortController;
  readonly completion: Promise<ExecutionDescription>;
}

/** The executions there are, and what is kept of them. */
export interface ExecutionRegistry {
  add(record: Omit<ExecutionRecord, "id">): StoredExecution;
  update(execution: StoredExecution, record: ExecutionRecord): void;
  /** Ends an execution, once what is said of it survives this process. */
  settle(execution: StoredExecution, record: ExecutionRecord): Promise<void>;
  find(arn: string): StoredExecution | undefined;
  /** @throws ExecutionDoesNotExist */
  get(arn: string): StoredExecution;
  all(): ExecutionRecord[];
}

interface RegistryOptions {
  readonly clock: Clock;
  readonly records: Records;
  readonly histories: Histories;
  readonly revisions: Revisions;
}

/** How long an execution is kept, and its name taken, after its end. Source: Step Functions quotas. */
const RETENTION_MS = 90 * 86_400_000;

export function openRegistry(options: RegistryOptions): ExecutionRegistry {
  const { clock, records, histories } = options;
  const executions = new Map<string, StoredExecution>();
  for (const record of loadRecords(options)) executions.set(record.executionArn, { record, live: undefined });
  let lastId = Math.max(0, ...[...executions.values()].map(({ record }) => record.id));

  const keep = (record: ExecutionRecord) => records.set("execution", String(record.id), record);

  const find = (arn: string) => {
    checkArn(arn, "execution");
    const found = executions.get(arn);
    return found === undefined || isForgotten(found.record, clock.now()) ? undefined : found;
  };

  const update = (execution: StoredExecution, record: ExecutionRecord) => {
    execution.record = record;
    keep(record);
  };

  return {
    find,
    update,
    add: (given) => {
      lastId += 1;
      const execution: StoredExecution = { record: { ...given, id: lastId }, live: undefined };
      executions.set(given.executionArn, execution);
      keep(execution.record);
      return execution;
    },
    settle: async (execution, record) => {
      // Its history first: a record that says more than the history could not be believed. A failure to write is told elsewhere.
      await histories.flushed().catch(() => {});
      keep(record);
      await records.flushed().catch(() => {});
      execution.record = record;
      execution.live = undefined;
    },
    get: (arn) => {
      const found = find(arn);
      if (found !== undefined) return found;
      throw new StepFunctionsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    },
    all: () => {
      const now = clock.now();
      return [...executions.values()].map(({ record }) => record).filter((record) => !isForgotten(record, now));
    },
  };
}

const isForgotten = ({ stopDate }: ExecutionRecord, now: Date) =>
  stopDate !== undefined && now.getTime() - stopDate.getTime() > RETENTION_MS;

/** What an earlier process left; what it left running has ended with it. */
function loadRecords({ clock, records, histories, revisions }: RegistryOptions): readonly ExecutionRecord[] {
  const now = clock.now();
  const loaded = (records.load("execution") as readonly ExecutionRecord[]).map(revivedRecord);
  const kept = loaded.filter((record) => !isForgotten(record, now));
  for (const { id } of loaded.filter((record) => isForgotten(record, now))) records.delete("execution", String(id));
  histories.keep(new Set(kept.map(({ id }) => id)));
  return kept.map((record) => {
    if (record.status !== "RUNNING") return record;
    const { roleArn } = revisions.get(record.revision);
    const ended = endAbandoned(record, { histories, roleArn, now });
    records.set("execution", String(ended.id), ended);
    return ended;
  });
}
