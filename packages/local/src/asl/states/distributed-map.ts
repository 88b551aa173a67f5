import { type MapRunNames, namesOfMapRun, newMapRunNames } from "../distributed-map/arns.js";
import { childInputs } from "../distributed-map/child-inputs.js";
import { type Dataset, readDataset } from "../distributed-map/dataset.js";
import { itemInput } from "../distributed-map/item.js";
import { type BatchLimits, readItemBatcher } from "../distributed-map/item-batcher.js";
import { readMapLabel } from "../distributed-map/map-label.js";
import { endMapRun, type MapRun, redrive } from "../distributed-map/map-run.js";
import { type OpenResults, readResultWriter } from "../distributed-map/result-writer.js";
import { runChildren } from "../distributed-map/run-children.js";
import { readToleratedFailures, type Tolerance } from "../distributed-map/tolerated-failures.js";
import { stateFailure } from "../evaluation.js";
import type { Json } from "../json.js";
import type { Query } from "../query-language.js";
import { record, type StateEntry } from "../state.js";
import type { MapPlan } from "../trial.js";
import { readRecoverable, type StateBody, type StateSource } from "./body.js";
import type { DistributedProcessor } from "./item-processor.js";

/**
 * How many children run at once at most. AWS's own limit is 10,000; on one machine more of them under way would finish
 * nothing sooner.
 */
const MAX_CONCURRENCY = 1_000;

const COUNT = { min: 0, max: 2 ** 31 - 1 };

interface DistributedMap {
  readonly processor: DistributedProcessor;
  readonly label: string;
  readonly dataset: Query<Dataset>;
  readonly hasReader: boolean;
  readonly selector: Query<Json> | undefined;
  readonly batchLimits: Query<BatchLimits> | undefined;
  readonly openResults: Query<OpenResults>;
  readonly maxConcurrency: Query<number> | undefined;
  readonly tolerance: Query<Tolerance>;
}

/** Source: Developer Guide, "Using Map state in Distributed mode". */
export function compileDistributedMap(source: StateSource, processor: DistributedProcessor): StateBody {
  const { fields, language } = source;
  const map: DistributedMap = {
    processor,
    label: readMapLabel(source),
    dataset: readDataset(source),
    hasReader: fields.has("ItemReader"),
    selector: language.itemSelector(fields),
    batchLimits: readItemBatcher(source),
    openResults: readResultWriter(source),
    maxConcurrency: language.integer(fields, "MaxConcurrency", COUNT),
    tolerance: readToleratedFailures(source),
  };
  return readRecoverable(source, (conclude) => async (entry) => {
    const { trial } = entry.line.run;
    const result = trial === undefined ? await runMap(entry, map) : trial.iterations(await planOf(entry, map));
    return conclude(entry, { result }, result);
  });
}

/** What the children would work on; an ItemReader reads what it is tested with, if anything. */
async function planOf(entry: StateEntry, map: DistributedMap): Promise<MapPlan> {
  const { selector, hasReader } = map;
  const limit = (await map.maxConcurrency?.(entry)) ?? 0;
  const tolerance = await map.tolerance(entry);
  const limits = map.batchLimits && (await map.batchLimits(entry));
  if (hasReader && entry.line.run.trial?.hasItemData !== true)
    return { items: undefined, inputs: undefined, limit, tolerance };
  const items = await collected((await map.dataset(entry)).open());
  const inputsOf = async (of: Pick<Parameters<typeof childInputs>[1], "selector" | "limits">) =>
    (await collected(childInputs(entry, { items, ...of }))).map(({ input }) => input);
  return {
    items: items.map(itemInput),
    inputs: selector && (await inputsOf({ selector, limits: undefined })),
    batches: limits && (await inputsOf({ selector, limits })),
    limit,
    tolerance,
  };
}

async function collected<T>(items: AsyncIterable<T> | Iterable<T> | Promise<AsyncIterable<T> | Iterable<T>>) {
  const list: T[] = [];
  for await (const item of await items) list.push(item);
  return list;
}

async function runMap(entry: StateEntry, map: DistributedMap): Promise<Json> {
  const dataset = await map.dataset(entry);
  const maxConcurrency = (await map.maxConcurrency?.(entry)) ?? 0;
  const tolerance = await map.tolerance(entry);
  if (entry.resumption === undefined) record(entry.line, "MapStateStarted", { length: dataset.length });
  const limits = map.batchLimits && (await map.batchLimits(entry));
  const items = await dataset.open();
  const openResults = await map.openResults(entry);
  const { run, names } = startRun(entry, { label: map.label, maxConcurrency, tolerance });
  return watched(entry, run, () =>
    runChildren(entry, {
      inputs: childInputs(entry, { items, selector: map.selector, limits }),
      concurrency: Math.min(maxConcurrency || MAX_CONCURRENCY, MAX_CONCURRENCY),
      processor: { ...map.processor.sequence, timeoutSeconds: undefined },
      type: map.processor.executionType,
      names,
      run,
      results: openResults(run, names),
    }),
  );
}

interface RunStart {
  readonly label: string;
  readonly maxConcurrency: number;
  readonly tolerance: Tolerance;
}

/** Starts a Map Run; where the visit goes on after a redrive, the one that it had. */
function startRun(entry: StateEntry, start: RunStart): { readonly run: MapRun; readonly names: MapRunNames } {
  const { line, enteredEventId } = entry;
  const { mapRuns, clock, context } = line.run;
  const executionArn = context.Execution.Id;
  const earlier = entry.resumption && mapRuns.ofVisit(executionArn, enteredEventId);
  if (earlier !== undefined && earlier.status !== "SUCCEEDED") {
    const run = redrive(earlier, clock.now());
    record(line, "MapRunRedriven", { mapRunArn: run.mapRunArn, redriveCount: run.redriveCount });
    return { run, names: namesOfMapRun(context.StateMachine, start.label, run.mapRunArn) };
  }
  const names = newMapRunNames(context.StateMachine, start.label);
  const { mapRunArn } = names;
  const run = mapRuns.start({
    mapRunArn,
    executionArn,
    stateMachineArn: names.stateMachine.Id,
    enteredEventId,
    startDate: clock.now(),
    maxConcurrency: start.maxConcurrency,
    tolerance: start.tolerance,
  });
  record(line, "MapRunStarted", { mapRunArn });
  return { run, names };
}

/** Writes down how a Map Run ends. */
async function watched(entry: StateEntry, run: MapRun, work: () => Promise<Json>): Promise<Json> {
  const { line } = entry;
  const { clock, history } = line.run;
  try {
    const result = await work();
    endMapRun(run, "SUCCEEDED", clock.now());
    record(line, "MapRunSucceeded");
    // Nothing follows this one: on AWS too, what comes next names the event before it.
    history.record("MapStateSucceeded", line.lastEventId, undefined);
    return result;
  } catch (thrown) {
    endMapRun(run, line.abort.aborted ? "ABORTED" : "FAILED", clock.now());
    if (line.abort.aborted) throw thrown;
    const failure = stateFailure(entry, thrown);
    const { error, cause } = failure;
    record(line, "MapRunFailed", { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) });
    record(line, "MapStateFailed");
    throw failure;
  }
}
