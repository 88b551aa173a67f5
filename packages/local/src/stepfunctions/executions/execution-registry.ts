import type { Clock, HistoryEvent } from "../../asl/index.js";
import type { Revisions } from "../machines/revisions.js";
import { checkArn } from "../names.js";
import { StepFunctionsError } from "../service-error.js";
import type { Histories } from "../storage/histories.js";
import type { Records } from "../storage/records.js";
import { endedAs, missingEvents } from "./abandoned.js";
import { type ExecutionDescription, type ExecutionRecord, revivedRecord } from "./execution-record.js";

export interface StoredExecution {
  record: ExecutionRecord;
  /** Only while it runs. */
  live: LiveExecution | undefined;
}

export interface LiveExecution {
  /** JSON text. */
  readonly input: string;
  readonly abort: AbortController;
  /** What the engine has come to, kept or not. */
  readonly outcome: Promise<unknown>;
  readonly completion: Promise<ExecutionDescription>;
}

/** The executions there are, and what is kept of them. */
export interface ExecutionRegistry {
  add(record: Omit<ExecutionRecord, "id" | "history">): StoredExecution;
  update(execution: StoredExecution, record: ExecutionRecord): void;
  /**
   * Ends an execution, once what is said of it survives this process: without room on the disk it goes on until there is,
   * or until nothing is tried again.
   *
   * @returns whether it is kept
   */
  settle(execution: StoredExecution, record: ExecutionRecord): Promise<boolean>;
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
    execution.record = { ...record, history: histories.place(record.id) };
    keep(execution.record);
  };

  /** Its history first: a record that says more than the history could not be believed. */
  const kept = async (record: ExecutionRecord) => {
    await histories.written();
    const settled = { ...record, history: histories.place(record.id) };
    keep(settled);
    await records.written();
    return settled;
  };

  return {
    find,
    update,
    add: (given) => {
      lastId += 1;
      const record = { ...given, id: lastId, history: histories.place(lastId) };
      const execution: StoredExecution = { record, live: undefined };
      executions.set(given.executionArn, execution);
      keep(execution.record);
      return execution;
    },
    settle: async (execution, record) => {
      const settled = await kept(record).catch(() => undefined);
      execution.record = settled ?? record;
      execution.live = undefined;
      return settled !== undefined;
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
function loadRecords(options: RegistryOptions): readonly ExecutionRecord[] {
  const { clock, records, histories } = options;
  const now = clock.now();
  const loaded = (records.load("execution") as readonly ExecutionRecord[]).map(revivedRecord);
  for (const { id } of loaded.filter((record) => isForgotten(record, now))) records.delete("execution", String(id));
  const kept = loaded.filter((record) => !isForgotten(record, now));
  const placesOf = (isWanted: (record: ExecutionRecord) => boolean) =>
    new Map(kept.filter(isWanted).map(({ id, history }) => [id, history]));
  const found = histories.restore({ ended: placesOf((record) => !isRunning(record)), unended: placesOf(isRunning) });
  return kept.map((record) => (isRunning(record) ? endAbandoned(record, found.get(record.id) ?? [], options) : record));
}

const isRunning = ({ status }: ExecutionRecord) => status === "RUNNING";

function endAbandoned(
  record: ExecutionRecord,
  found: readonly HistoryEvent[],
  { clock, records, histories, revisions }: RegistryOptions,
): ExecutionRecord {
  const { roleArn } = revisions.get(record.revision);
  const missing = missingEvents(record, found, { roleArn, now: clock.now() });
  for (const event of missing) histories.append(record.id, event);
  const last = [...found, ...missing].at(-1);
  if (last === undefined) throw new Error(`The history of ${record.executionArn} has no end.`);
  const ended = endedAs(record, last);
  // Where it ends is known once it is written; a process that dies before finds the same once more.
  void histories.flushed().then(
    () => records.set("execution", String(record.id), { ...ended, history: histories.place(record.id) }),
    () => {},
  );
  return ended;
}
