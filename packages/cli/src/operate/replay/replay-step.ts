import { isDeepStrictEqual } from "node:util";
import { everyState, type FlowDefinition, nameStates } from "@sfs3/sdk/flow";
import type { TestStepResult } from "@sfs3/sdk/testing";
import type { ExportedFlow } from "../../flow-module.js";
import { unlessInterrupted } from "../../interrupted.js";
import type { Io } from "../../io.js";
import { wholeHistory } from "../execution/history.js";
import { journalName, outputKeysOf } from "../sidecar/step-rows.js";
import { readSidecar, type StoredSidecar } from "../sidecar/stored-sidecar.js";
import { describeExecution, type Target } from "../target.js";
import { type Seen, sidecarAsSeen } from "./as-seen.js";
import { machineVariables, withVariables } from "./environment.js";
import type { FoundStep } from "./find-step.js";
import { type Invocation, lastInvocation } from "./invocation.js";

export interface ReplayedStep extends FoundStep {
  readonly txnId: string;
  readonly item: number | undefined;
  readonly flows: readonly ExportedFlow[];
}

/** What came of a replay. */
export interface Replay {
  readonly txnId: string;
  readonly step: string;
  readonly item: number | undefined;
  /** The key of the sidecar that the step writes. */
  readonly outputKey: string;
  /** `new`: the step succeeded, and had written nothing to compare with. */
  readonly outcome: "same" | "different" | "new" | "failed";
  /** Where the data came from, for people. */
  readonly source: string;
  readonly event: Readonly<Record<string, unknown>>;
  /** What it wrote to the copy; `undefined` where it failed. */
  readonly output: unknown;
  /** What it had written to the sidecar itself; `undefined` where it had not. */
  readonly written: unknown;
  readonly error: Error | undefined;
  readonly executions: TestStepResult["executions"];
  readonly messages: TestStepResult["messages"];
  readonly log: TestStepResult["log"];
}

/** Runs a step again, in this process, on a copy of its data. Of the process itself nothing is changed. */
export async function replayStep(target: Target, replayed: ReplayedStep, io: Io): Promise<Replay> {
  const { step, flow, txnId, item, flows } = replayed;
  const { name, outputKey } = step.options;
  const place = { aws: target.aws, bucket: await target.bucket(), txnId };
  const sidecar = await readSidecar(place);
  // Children of a distributed Map, and processes that share a sidecar, are executions of their own.
  const committedIn = sidecar.journal[journalName(name, item)]?.execution;
  const executionArn = committedIn ?? (await target.executionArn(txnId));
  const call = await invocationOf(target, { executionArn, replayed, sidecar });
  const calledItem = itemIn(call.event);
  const viewer = { step: name, item: calledItem, calledMs: call.atMs, outputKey: outputKeysOf(flows) };
  const seen = await sidecarAsSeen(place, sidecar, viewer);
  const environment = {
    ...machineVariables(flows, executionArn),
    BUCKET_NAME: place.bucket,
    TOPIC_ROOT: flow.topicRoot,
  };
  const run = withVariables(environment, () => runOnCopy(replayed, { seen, event: call.event, environment }));
  const { document, error, executions, messages, log } = await unlessInterrupted(io.signal, run);
  const output = error === undefined ? outputIn(document, outputKey, calledItem) : undefined;
  const written = hasCommitted(sidecar, name, calledItem) ? outputIn(sidecar.data, outputKey, calledItem) : undefined;
  return {
    txnId,
    step: name,
    item: calledItem ?? item,
    outputKey,
    outcome: outcomeOf({ error, output, written }),
    source: seen.source,
    event: call.event,
    output,
    written,
    error,
    executions,
    messages,
    log,
  };
}

interface Called {
  readonly executionArn: string;
  readonly replayed: ReplayedStep;
  readonly sidecar: StoredSidecar;
}

/** As its execution called it; where no history tells, as its journal entry says, or as the start of a process would. */
async function invocationOf(
  { aws }: Target,
  { executionArn, replayed, sidecar }: Called,
): Promise<Pick<Invocation, "event"> & Partial<Invocation>> {
  const { flow, step, item, txnId } = replayed;
  const { name } = step.options;
  const isKnown = (await describeExecution(aws, executionArn)) !== undefined;
  const history = isKnown ? await wholeHistory(aws, executionArn) : [];
  const found = lastInvocation(history, { states: statesOf(flow, name), step: name, item });
  if (found !== undefined) return { ...found, event: withoutToken(found.event) };
  const entry = sidecar.journal[journalName(name, item)];
  if (entry?.execution === undefined) return { event: { processData: txnId } };
  const { execution, state, enteredAt, attempt } = entry;
  return { event: { processData: txnId, sfs3: { execution, state, enteredAt, attempt, item: entry.item } } };
}

const statesOf = ({ states }: FlowDefinition, step: string): ReadonlySet<string> => {
  const names = nameStates(states);
  const calling = [...everyState(states)].filter((state) => "step" in state && state.step.options.name === step);
  return new Set(calling.flatMap((state) => names.get(state) ?? []));
};

/** A callback's token: whoever sent it would end the state of the process itself. */
function withoutToken(event: Invocation["event"]): Invocation["event"] {
  const { sfs3 } = event;
  if (typeof sfs3 !== "object" || sfs3 === null || !("taskToken" in sfs3)) return event;
  return { ...event, sfs3: { ...sfs3, taskToken: "sfs3-replay" } };
}

function itemIn({ sfs3 }: Invocation["event"]): number | undefined {
  const item: unknown = Reflect.get(Object(sfs3), "item");
  return typeof item === "number" ? item : undefined;
}

interface Copy {
  readonly seen: Seen;
  readonly event: Invocation["event"];
  readonly environment: Readonly<Record<string, string>>;
}

/** Whoever stands at a breakpoint has all the time there is. Unit: milliseconds. */
const A_DAY_MS = 86_400_000;

async function runOnCopy({ step, txnId }: ReplayedStep, { seen, event, environment }: Copy): Promise<TestStepResult> {
  const { testStep } = await import("@sfs3/sdk/testing");
  const lambda = { awsRequestId: "sfs3-replay", getRemainingTimeInMillis: () => A_DAY_MS };
  // The copy is one document, whichever layout the sidecar has.
  return testStep(step, { sidecar: seen.bytes, event: { ...event, processData: txnId }, env: environment, lambda });
}

function outputIn(document: Readonly<Record<string, unknown>>, key: string, item: number | undefined): unknown {
  const output = document[key];
  return item !== undefined && Array.isArray(output) ? output[item] : output;
}

const hasCommitted = ({ journal }: StoredSidecar, step: string, item: number | undefined): boolean =>
  Object.hasOwn(journal, journalName(step, item));

function outcomeOf({ error, output, written }: Pick<Replay, "error" | "output" | "written">): Replay["outcome"] {
  if (error !== undefined) return "failed";
  if (written === undefined) return "new";
  return isDeepStrictEqual(output, written) ? "same" : "different";
}
