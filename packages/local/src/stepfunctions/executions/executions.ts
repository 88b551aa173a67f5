import { randomUUID } from "node:crypto";
import { ExecutionStopped, type HistoryEvent, type Json } from "../../asl/index.js";
import type { Revision } from "../machines/revisions.js";
import { checkName, executionArn, type Owner } from "../names.js";
import { StepFunctionsError } from "../service-error.js";
import type { Histories } from "../storage/histories.js";
import type { Records } from "../storage/records.js";
import {
  describedExecution,
  type ExecutionDescription,
  type ExecutionRecord,
  type Redrive,
} from "./execution-record.js";
import { type ExecutionRegistry, openRegistry, type StoredExecution } from "./execution-registry.js";
import { type LaunchHost, launch, parseInput, type StartInput } from "./launch.js";
import { earlierRedrive, notRedrivableReason } from "./redrive.js";

export interface ExecutionHost extends Owner, LaunchHost {
  readonly records: Records;
  readonly histories: Histories;
  isMachineDeleted(stateMachineArn: string): boolean;
  /** Hears of each execution that has ended, once that is kept. */
  ended(execution: ExecutionDescription): void;
}

/** The executions of Standard machines. */
export interface Executions {
  start(revision: Revision, input: StartInput): Promise<ExecutionRecord>;
  record(arn: string): ExecutionRecord;
  /** What it was started with. */
  revision(arn: string): Revision;
  describe(arn: string): Promise<ExecutionDescription>;
  stop(arn: string, reason: ExecutionStopped): Promise<{ readonly stopDate: Date }>;
  redrive(arn: string, clientToken: string | undefined): Promise<Redrive>;
  redriveProblem(record: ExecutionRecord): string | undefined;
  /** Newest first. */
  of(stateMachineArn: string): readonly ExecutionRecord[];
  all(): readonly ExecutionRecord[];
  /** Whether any execution of that machine runs. */
  isRunning(stateMachineArn: string): boolean;
  history(arn: string): Promise<readonly HistoryEvent[]>;
  completion(arn: string): Promise<ExecutionDescription>;
}

export function createExecutions(host: ExecutionHost): Executions {
  const { clock, histories, records, revisions } = host;
  const registry = openRegistry(host);

  const start = async (
    revision: Revision,
    { name = randomUUID(), input = "{}", traceHeader, testCase }: StartInput,
  ) => {
    checkName(name);
    const value = parseInput(input);
    const arn = executionArn(host, revision.name, name);
    await caughtUp(host);
    const existing = registry.find(arn);
    if (existing !== undefined) {
      const same = sameOrRefused(existing, input);
      // Who started it first may not have been answered, for want of room.
      await records.flushed();
      return same;
    }
    revisions.machineOf(revision);
    const execution = registry.add({
      executionArn: arn,
      stateMachineArn: revision.stateMachineArn,
      name,
      revision: revision.number,
      status: "RUNNING",
      startDate: clock.now(),
      input,
      traceHeader,
      testCase,
      eventCount: 0,
      redrives: [],
    });
    run(host, registry, execution, { text: input, value });
    await records.flushed();
    return execution.record;
  };

  const describe = async ({ record, live }: StoredExecution) => {
    if (live !== undefined) return describedExecution(record, live.input, []);
    const history = await histories.read(record.id);
    return describedExecution(record, inputOf(history), history);
  };

  return {
    start,
    redriveProblem: (record) => redriveProblem(host, record),
    record: (arn) => registry.get(arn).record,
    revision: (arn) => revisions.get(registry.get(arn).record.revision),
    describe: (arn) => describe(registry.get(arn)),
    stop: async (arn, reason) => {
      const execution = registry.get(arn);
      const { live } = execution;
      live?.abort.abort(reason);
      await live?.outcome;
      // Without room on the disk it has not ended before there is some: whoever stops it hears of it now.
      await histories.flushed();
      await live?.completion;
      return { stopDate: execution.record.stopDate ?? clock.now() };
    },
    redrive: (arn, clientToken) => redriveExecution(host, registry, { execution: registry.get(arn), clientToken }),
    of: (stateMachineArn) =>
      registry
        .all()
        .filter((record) => record.stateMachineArn === stateMachineArn)
        .reverse(),
    all: registry.all,
    isRunning: (arn) =>
      registry.all().some(({ stateMachineArn, status }) => stateMachineArn === arn && status === "RUNNING"),
    history: (arn) => histories.read(registry.get(arn).record.id),
    completion: async (arn) => {
      const execution = registry.get(arn);
      return execution.live?.completion ?? describe(execution);
    },
  };
}

/** Nothing new begins as long as what has happened already cannot be kept. */
const caughtUp = ({ histories, records }: ExecutionHost) => Promise.all([histories.caughtUp(), records.caughtUp()]);

const redriveProblem = ({ clock, isMachineDeleted }: ExecutionHost, record: ExecutionRecord) =>
  notRedrivableReason(record, isMachineDeleted(record.stateMachineArn), clock.now());

interface RedriveRequest {
  readonly execution: StoredExecution;
  readonly clientToken: string | undefined;
}

async function redriveExecution(
  host: ExecutionHost,
  registry: ExecutionRegistry,
  { execution, clientToken }: RedriveRequest,
): Promise<Redrive> {
  const { clock, histories, records, revisions } = host;
  await caughtUp(host);
  const resume = await histories.read(execution.record.id);
  // Judged after that, so that of two requests at once the second finds it running.
  const { record } = execution;
  const earlier = earlierRedrive(record, clientToken, clock.now());
  if (earlier !== undefined) return earlier;
  const problem = redriveProblem(host, record);
  if (problem !== undefined) throw new StepFunctionsError("ExecutionNotRedrivable", problem);
  revisions.machineOf(revisions.get(record.revision));
  const redrive: Redrive = { date: clock.now(), clientToken };
  const { stopDate: _ended, ...unended } = record;
  const input = inputOf(resume);
  registry.update(execution, { ...unended, status: "RUNNING", input, redrives: [...record.redrives, redrive] });
  run(host, registry, execution, { text: input, value: JSON.parse(input), resume });
  await records.flushed();
  return redrive;
}

const inputOf = (history: readonly HistoryEvent[]) => String(history[0]?.details?.input ?? "{}");

interface RunInput {
  readonly text: string;
  readonly value: Json;
  readonly resume?: readonly HistoryEvent[];
}

function run(host: ExecutionHost, registry: ExecutionRegistry, execution: StoredExecution, input: RunInput): void {
  const { id, executionArn: arn, name, startDate, stateMachineArn, ...record } = execution.record;
  const abort = new AbortController();
  let last: HistoryEvent | undefined;
  const outcome = launch(host, {
    executionArn: arn,
    name,
    startDate,
    revision: host.revisions.get(record.revision),
    input: input.value,
    signal: abort.signal,
    redriveCount: record.redrives.length,
    testCase: record.testCase,
    ...(input.resume !== undefined && { resume: input.resume }),
    onEvent: (event) => {
      last = event;
      host.histories.append(id, event);
      // As on AWS, the executions of a machine that is being deleted end at their next transition.
      if (event.type.endsWith("StateExited") && host.isMachineDeleted(stateMachineArn)) abort.abort(MACHINE_DELETED);
    },
  });
  const completion = outcome.then(async ({ status }) => {
    const { input: _kept, ...ended } = execution.record;
    const stopDate = host.clock.now();
    const isKept = await registry.settle(execution, {
      ...ended,
      status,
      stopDate,
      eventCount: last?.id ?? record.eventCount,
    });
    const described = describedExecution(execution.record, input.text, last === undefined ? [] : [last]);
    if (isKept) host.ended(described);
    return described;
  });
  execution.live = { input: input.text, abort, outcome, completion };
}

const MACHINE_DELETED = new ExecutionStopped(undefined, "The state machine was deleted");

// As on AWS, starting a running execution again with the same name and input answers with the one there is.
function sameOrRefused({ record, live }: StoredExecution, input: string): ExecutionRecord {
  if (live?.input === input) return record;
  throw new StepFunctionsError("ExecutionAlreadyExists", `Execution Already Exists: '${record.executionArn}'`);
}
