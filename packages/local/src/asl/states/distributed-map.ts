import { type MapRunNames, namesOfMapRun, newMapRunNames } from "../distributed-map/arns.js";
import { childInputs } from "../distributed-map/child-inputs.js";
import { type Dataset, readDataset } from "../distributed-map/dataset.js";
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
import type { Trial } from "../trial.js";
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
    selector: language.itemSelector(fields),
    batchLimits: readItemBatcher(source),
    openResults: readResultWriter(source),
    maxConcurrency: language.integer(fields, "MaxConcurrency", COUNT),
    tolerance: readToleratedFailures(source),
  };
  return readRecoverable(source, (conclude) => async (entry) => {
    const { trial } = entry.line.run;
    const result = await (trial === undefined ? runMap(entry, map) : tryMap(entry, map, trial));
    return conclude(entry, { result }, result);
  });
}

/** A test of the state by itself runs no child: a mock stands for what they would come to. */
async function tryMap(entry: StateEntry, map: DistributedMap, trial: Trial): Promise<Json> {
  const items: Json[] = [];
  for await (const { value } of await (await map.dataset(entry)).open()) items.push(value);
  const limit = (await map.maxConcurrency?.(entry)) ?? 0;
  const tolerance = await map.tolerance(entry);
  return trial.iterations({ items, inputs: undefined, limit, tolerance });
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
