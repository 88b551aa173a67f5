import { types } from "node:util";
import { type StepBlobs, stepBlobs } from "./blobs/step-blobs.js";
import { createContext } from "./context.js";
import { countItems, expectedItems, withCounts } from "./counted-items.js";
import { createDeadline, type Deadline } from "./deadline.js";
import { requireVariable } from "./environment.js";
import { Sfs3Error } from "./errors.js";
import { createLog } from "./log.js";
import { measure, type Tally } from "./metrics/measure.js";
import { namedKeys } from "./named-keys.js";
import { type Announcer, createAnnouncer } from "./notify/announce.js";
import { checkRoute, renderOutput } from "./output.js";
import { type ParsedEvent, parseEvent, type StatePayload, withRoute } from "./payload.js";
import { checkReady } from "./read-predicate.js";
import type { Runtime } from "./runtime.js";
import { parseWith } from "./schema.js";
import type { Contribution } from "./sidecar/contribution.js";
import { type Entrant, type JournalEntry, tokenHashOf } from "./sidecar/journal.js";
import { openSidecar } from "./sidecar/open-sidecar.js";
import type { Sidecar } from "./sidecar/sidecar.js";
import type { AnyStep, LambdaContext, Log } from "./step.js";

/** What Lambda called, and the world to run it in. */
interface Call {
  readonly step: AnyStep;
  readonly event: unknown;
  readonly lambda: LambdaContext | undefined;
  readonly runtime: Runtime;
  readonly startedMs: number;
  readonly deadline: Deadline;
  readonly tally: Tally;
}

/** A call whose payload keeps the wire contract: what the stages of a step's life share. */
interface Invocation extends Call, ParsedEvent {
  readonly entrant: Entrant;
  readonly attempt: number;
  readonly log: Log;
  readonly announcer: Announcer;
}

export const runStep = (
  step: AnyStep,
  event: unknown,
  lambda: LambdaContext | undefined,
  runtime: Runtime,
): Promise<StatePayload> =>
  measure({ step: step.options.name, runtime }, (tally) => invoke({ step, event, lambda, runtime, tally }));

const invoke = async (call: Omit<Call, "startedMs" | "deadline">): Promise<StatePayload> => {
  const startedMs = call.runtime.now();
  const deadline = createDeadline(call.lambda, startedMs);
  try {
    const invocation = begin({ ...call, startedMs, deadline });
    return await live(invocation).catch((thrown: unknown) => fail(invocation, thrown));
  } finally {
    deadline.clear();
  }
};

const begin = (call: Call): Invocation => {
  const { step, event, runtime, deadline } = call;
  const { name } = step.options;
  try {
    const parsed = parseEvent(event);
    const { payload, txnId, entry } = parsed;
    const attempt = entry.attempt ?? 1;
    const log = logOf(call, { txnId, attempt });
    const { publishUntilMs } = deadline;
    const announcer = createAnnouncer({ options: step.options, txnId, payload, runtime, log, publishUntilMs });
    return { ...call, ...parsed, entrant: { step: name, txnId, entry }, attempt, log, announcer };
  } catch (thrown) {
    const error = asError(thrown, name);
    logOf(call, {}).error("step refused", describeError(error));
    throw error;
  }
};

/** A step's life, from the sidecar's first read to the payload's return. */
const live = async (invocation: Invocation): Promise<StatePayload> => {
  const { step, runtime, deadline, payload, txnId, layout, entrant, attempt, log, announcer, tally } = invocation;
  const { name, outputKey, sse } = step.options;
  const bucket = requireVariable(runtime.env, "BUCKET_NAME", "it names the bucket of the sidecars");
  const location = { s3: runtime.clients.s3(), bucket, txnId, layout, step: name, sse, signal: deadline.requestSignal };

  const reader = {
    ...entrant,
    outputKey,
    keys: visibleKeys(step),
    schemaIn: step.schemaIn,
    expectedItems: expectedItems(payload),
  };
  const sidecar = await openSidecar(location, reader);
  checkReady(step, sidecar.value, txnId);
  const earlier = sidecar.committed();
  const blobs = stepBlobs({ ...location, streamSignal: deadline.signal }, step, sidecar);
  if (earlier !== undefined) {
    log.info("step had committed before");
    tally.replayed();
    await blobs.keep();
    await announcer.replayed();
    return payloadAfter(invocation, earlier);
  }

  const contribution = await contribute(invocation, sidecar, blobs);
  const { now, random, sleep } = runtime;
  const patience = { now, random, sleep, retryUntilMs: deadline.retryUntilMs, onConflict: tally.conflict };
  const standing = await sidecar.merge(contribution, patience);
  await blobs.keep(standing === contribution.journal ? contribution.output : undefined);

  const durationMs = durationOf(invocation);
  log.info("step succeeded", { durationMs });
  await announcer.succeeded({ attempt, durationMs });
  return payloadAfter(invocation, standing);
};

/** What the step tells the machine: also a replay tells what the lost response held. */
const payloadAfter = ({ payload, step }: Invocation, { route, counts }: JournalEntry): StatePayload =>
  withRoute(withCounts(payload, counts), step.options.name, route);

/** What of the data the step's code gets to see: a predicate of its own looks where it likes. */
const visibleKeys = ({ schemaIn, options }: AnyStep): ReadonlySet<string> | undefined =>
  options.ready === undefined ? namedKeys(schemaIn) : undefined;

/** The author's part, between its two schemas. */
const contribute = async (invocation: Invocation, sidecar: Sidecar, blobs: StepBlobs): Promise<Contribution> => {
  const { step, deadline, entrant, ...call } = invocation;
  const { name, outputKey } = step.options;
  const data = await parseWith(step.schemaIn, sidecar.value, {
    name: "StepInputError",
    subject: `The sidecar of transaction '${entrant.txnId}' is not what step '${name}' reads`,
    context: blobs.reading,
  });
  const round = sidecar.round();
  const context = createContext({ ...call, step: name, round, signal: deadline.signal });
  try {
    const result = await parseWith(step.schemaOut, await step.fn(data, context), {
      name: "StepOutputError",
      subject: `Step '${name}' returned what its schemaOut does not accept`,
      context: blobs.writing,
    });
    const output = await blobs.store(() => renderOutput(name, result, step.schemaOut));
    return { ...entrant, outputKey, output, journal: journalEntry(invocation, round, result) };
  } finally {
    blobs.discard();
  }
};

const journalEntry = (invocation: Invocation, round: number, output: unknown): JournalEntry => {
  const { step, runtime, entry, attempt } = invocation;
  const { execution, state, enteredAt, item, items } = entry;
  const { name, outputKey, route } = step.options;
  const tokenHash = tokenHashOf(entry.taskToken);
  const counts = countItems({ step: name, outputKey, counts: entry.counts }, output);
  return {
    ...(enteredAt !== undefined && { enteredAt }),
    attempt,
    ...(tokenHash !== undefined && { tokenHash }),
    committedAt: new Date(runtime.now()).toISOString(),
    durationMs: durationOf(invocation),
    ...(execution !== undefined && { execution }),
    ...(state !== undefined && { state }),
    ...(item !== undefined && { item }),
    ...(items !== undefined && { items }),
    ...(round > 0 && { round }),
    ...(counts !== undefined && { counts }),
    ...(route !== undefined && { route: checkRoute(name, route(output)) }),
  };
};

const fail = async (invocation: Invocation, thrown: unknown): Promise<never> => {
  const { step, attempt, log, announcer } = invocation;
  const error = asError(thrown, step.options.name);
  const durationMs = durationOf(invocation);
  log.error("step failed", { ...describeError(error), durationMs });
  await announcer.failed(error, { attempt, durationMs });
  throw error;
};

const durationOf = ({ runtime, startedMs }: Call): number => runtime.now() - startedMs;

const logOf = ({ step, lambda, runtime }: Call, fields: Readonly<Record<string, unknown>>): Log =>
  createLog({
    write: runtime.write,
    now: runtime.now,
    level: runtime.env.LOG_LEVEL,
    fields: { step: step.options.name, ...fields, requestId: lambda?.awsRequestId },
  });

/** The messages of sfs3 hold no data; what others throw may. */
const describeError = (error: Error) => ({
  errorName: error.name,
  ...(error instanceof Sfs3Error && { reason: error.message }),
});

/** An error of another realm, as test runners make them, is an error too. */
const asError = (thrown: unknown, step: string): Error =>
  thrown instanceof Error || types.isNativeError(thrown)
    ? thrown
    : new Error(
        `Step '${step}' threw a ${thrown === null ? "null" : typeof thrown} instead of an Error. Throw new Error(...) with what went wrong.`,
        {
          cause: thrown,
        },
      );
