import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { deployFlows, type HistoryEvent, type LocalStack, startLocalStack, startProcess } from "@sfs3/local";
import type { ExportedFlow, FlowModule } from "../flow-module.js";
import type { Io } from "../io.js";
import { failingState, messageOf } from "./failure.js";
import { createProgress } from "./progress.js";

export interface RunOptions {
  readonly module: FlowModule;
  readonly selected: ExportedFlow;
  readonly input: unknown;
  /** Run handlers in this thread, where a debugger stops. */
  readonly inline: boolean;
  /** Wait states and retry intervals take no time. */
  readonly skipWaits: boolean;
  /** Folder that keeps the sidecars; without one they are gone after the run. */
  readonly dataDir: string | undefined;
}

/** How an execution ended, as `sfs3 run --json` prints it. */
export interface RunResult {
  readonly status: string;
  readonly txnId: string;
  readonly executionArn: string;
  readonly topic: string;
  readonly durationMs: number;
  /** The whole document; `null` where there is none that can be read. */
  readonly sidecar: unknown;
  /** Executions that the process started, and how they ended. */
  readonly started: readonly { readonly executionArn: string; readonly status: string }[];
  /** Where and why it failed; `null` where it succeeded. */
  readonly failure: { readonly step: string | null; readonly error: string; readonly cause: string } | null;
}

/**
 * Runs one execution on an embedded stack that lives as long as the run, and waits for every execution that it starts.
 * Aborting `io.signal` stops them all.
 */
export async function runProcess(options: RunOptions, io: Io): Promise<RunResult> {
  const { module, selected, input } = options;
  const temporary = options.dataDir === undefined ? await mkdtemp(join(tmpdir(), "sfs3-run-")) : undefined;
  const stack = await startLocalStack({
    dataDir: temporary ?? resolve(io.cwd, options.dataDir ?? "."),
    lambda: { loader: LOADER, inline: options.inline },
    skipWaits: options.skipWaits,
    onLog: ({ functionName, text }) => io.stderr.write(`${functionName} | ${text.endsWith("\n") ? text : `${text}\n`}`),
  });
  try {
    const deployment = await deployFlows(stack, { module: module.path, flows: module.flows });
    const executions = watchExecutions(stack, io);
    const { txnId, executionArn } = await startProcess(stack, deployment, { flow: selected.flow, input });
    const stop = () => void stopAll(stack, executions);
    io.signal.addEventListener("abort", stop, { once: true });
    if (io.signal.aborted) stop();
    await allEnded(stack, executions);
    io.signal.removeEventListener("abort", stop);
    return await resultOf(stack, { txnId, executionArn, bucket: deployment.bucket, executions, flow: selected.flow });
  } finally {
    await stack.close();
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

/** Where Lambda workers find the loader of TypeScript modules. */
const LOADER = new URL("../load-module.js", import.meta.url).href;

/** The history of each execution as it grows, told as progress meanwhile. */
type Executions = ReadonlyMap<string, readonly HistoryEvent[]>;

function watchExecutions(stack: LocalStack, { stderr }: Io): Executions {
  const executions = new Map<string, HistoryEvent[]>();
  const tell = createProgress(stderr);
  stack.stepFunctions.onEvent((executionArn, event) => {
    const events = executions.get(executionArn) ?? [];
    executions.set(executionArn, events);
    events.push(event);
    tell(executionArn, event);
  });
  return executions;
}

/** Waits for every execution, those included that others start meanwhile. */
async function allEnded(stack: LocalStack, executions: Executions): Promise<void> {
  // A Map's iteration reaches what is added while it runs.
  for (const executionArn of executions.keys()) await stack.stepFunctions.completion(executionArn);
}

async function stopAll(stack: LocalStack, executions: Executions): Promise<void> {
  const cause = "interrupted by the user";
  await Promise.all([...executions.keys()].map((executionArn) => stack.stepFunctions.stopExecution({ executionArn, cause })));
}

interface Ended {
  readonly txnId: string;
  readonly executionArn: string;
  readonly bucket: string;
  readonly executions: Executions;
  readonly flow: ExportedFlow["flow"];
}

async function resultOf(stack: LocalStack, ended: Ended): Promise<RunResult> {
  const { txnId, executionArn, executions, flow } = ended;
  const execution = await stack.stepFunctions.completion(executionArn);
  const others = [...executions.keys()].filter((arn) => arn !== executionArn);
  const { error = "", cause = "", startDate, stopDate = startDate } = execution;
  return {
    status: execution.status,
    txnId,
    executionArn,
    topic: `${flow.topicRoot}/${txnId}`,
    durationMs: stopDate.getTime() - startDate.getTime(),
    sidecar: await readSidecar(stack, ended),
    started: await Promise.all(
      others.map(async (arn) => ({ executionArn: arn, status: (await stack.stepFunctions.completion(arn)).status })),
    ),
    failure:
      execution.status === "SUCCEEDED"
        ? null
        : { step: failingState(executions.get(executionArn) ?? []) ?? null, error, cause: messageOf(cause) },
  };
}

async function readSidecar(stack: LocalStack, { bucket, txnId }: Ended): Promise<unknown> {
  const object = await stack.s3.getObject(bucket, txnId);
  return object === undefined ? null : JSON.parse(object.body.toString("utf8"));
}
