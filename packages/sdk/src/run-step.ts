import { createContext } from "./context.js";
import { deadlineSignal, leadMs, remainingMs } from "./deadline.js";
import { requireVariable } from "./environment.js";
import { createLog } from "./log.js";
import { type Announcer, createAnnouncer } from "./notify/announce.js";
import { checkRoute, renderOutput } from "./output.js";
import { type ParsedEvent, parseEvent, type StatePayload, withRoute } from "./payload.js";
import { checkReady } from "./read-predicate.js";
import type { Runtime } from "./runtime.js";
import { parseWith } from "./schema.js";
import { committedEntry, type JournalEntry } from "./sidecar/journal.js";
import { mergeOutput, readSidecar } from "./sidecar/merge.js";
import type { AnyStep, LambdaContext, StepContext } from "./step.js";

/** One invocation: what its stages share. */
interface Invocation extends ParsedEvent {
  readonly step: AnyStep;
  readonly runtime: Runtime;
  readonly context: StepContext;
  readonly bucket: string;
  readonly startedMs: number;
  /** No write and no message begins after this. Unit: milliseconds since the epoch. */
  readonly deadlineMs: number;
}

export const runStep = async (
  step: AnyStep,
  event: unknown,
  lambda: LambdaContext | undefined,
  runtime: Runtime,
): Promise<StatePayload> => {
  const startedMs = runtime.now();
  const parsed = parseEvent(event);
  const remaining = remainingMs(lambda);
  const deadlineMs = startedMs + remaining - leadMs(remaining);
  const log = logOf(step, parsed, runtime);
  const announcer = createAnnouncer({ options: step.options, payload: parsed.payload, runtime, log, deadlineMs });
  const bucket = requireVariable(runtime.env, "BUCKET_NAME", "it names the bucket of the sidecars");
  const { signal, clear } = deadlineSignal(remaining);
  const context = createContext({ ...parsed, step: step.options.name, event, lambda, runtime, log, signal });
  const durationMs = () => runtime.now() - startedMs;
  try {
    return await live({ ...parsed, step, runtime, context, bucket, startedMs, deadlineMs }, announcer);
  } catch (thrown) {
    const error = asError(thrown, step.options.name);
    log.error("step failed", { errorName: error.name, durationMs: durationMs() });
    await announcer.failed(error, { attempt: context.attempt, durationMs: durationMs() });
    throw error;
  } finally {
    clear();
  }
};

/** A step's life, from the sidecar's first read to the payload's return. */
const live = async (invocation: Invocation, announcer: Announcer): Promise<StatePayload> => {
  const { step, runtime, context, payload, entry, bucket, deadlineMs } = invocation;
  const { name, outputKey, sse } = step.options;
  const { txnId, attempt, log } = context;
  const location = { s3: runtime.clients.s3(), bucket, txnId, step: name, sse };

  const sidecar = await readSidecar(location);
  checkReady(step, sidecar.document, txnId);
  const earlier = committedEntry(sidecar.document, name, { entry, txnId });
  if (earlier !== undefined) {
    log.info("step had committed before");
    await announcer.replayed();
    return withRoute(payload, name, earlier.route);
  }

  const data = await parseWith(step.schemaIn, sidecar.document.value, {
    name: "StepInputError",
    subject: `The sidecar of transaction '${txnId}' is not what step '${name}' reads`,
  });
  const returned = await step.fn(data, context);
  const result = await parseWith(step.schemaOut, returned, {
    name: "StepOutputError",
    subject: `Step '${name}' returned what its schemaOut does not accept`,
  });

  const output = renderOutput(name, result);
  const journal = journalEntry(invocation, result);
  const standing = await mergeOutput(location, sidecar, {
    contribution: { outputKey, output, entry, journal },
    patience: { now: runtime.now, random: runtime.random, sleep: runtime.sleep, deadlineMs },
  });
  const durationMs = runtime.now() - invocation.startedMs;
  log.info("step succeeded", { durationMs });
  await announcer.succeeded({ attempt, durationMs });
  return withRoute(payload, name, standing.route);
};

const journalEntry = ({ step, runtime, entry, context, startedMs }: Invocation, output: unknown): JournalEntry => {
  const { execution, state, enteredAt, item } = entry;
  const nowMs = runtime.now();
  const route = step.options.route;
  return {
    ...(enteredAt === undefined ? {} : { enteredAt }),
    attempt: context.attempt,
    committedAt: new Date(nowMs).toISOString(),
    durationMs: nowMs - startedMs,
    ...(execution === undefined ? {} : { execution }),
    ...(state === undefined ? {} : { state }),
    ...(item === undefined ? {} : { item }),
    ...(route === undefined ? {} : { route: checkRoute(step.options.name, route(output)) }),
  };
};

const logOf = (step: AnyStep, { payload, entry }: ParsedEvent, { write, now, env }: Runtime) => {
  const fields = { txnId: payload.processData, step: step.options.name, attempt: entry.attempt ?? 1 };
  return createLog({ write, now, level: env.LOG_LEVEL, fields });
};

const asError = (thrown: unknown, step: string): Error =>
  thrown instanceof Error
    ? thrown
    : new Error(`Step '${step}' threw a ${thrown === null ? "null" : typeof thrown} instead of an Error.`, {
        cause: thrown,
      });
