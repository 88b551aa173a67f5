import type { Json } from "../json.js";
import type { Tolerance } from "./tolerated-failures.js";

export type MapRunStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
export type ChildStatus = "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** How many children, or items, are where. */
export interface MapRunCounts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
}

/** What a Map Run is started with. */
export interface MapRunStart {
  readonly mapRunArn: string;
  readonly executionArn: string;
  /** Of the children: `<machine>/<label>`. */
  readonly stateMachineArn: string;
  /** The visit of the Map state that it belongs to. */
  readonly enteredEventId: number;
  readonly startDate: Date;
  /** As the Map says it; 0 where it does not. */
  readonly maxConcurrency: number;
  readonly tolerance: Tolerance;
}

/** One run of a distributed Map: its children as far as they have come. */
export interface MapRun extends MapRunStart {
  status: MapRunStatus;
  stopDate: Date | undefined;
  redriveCount: number;
  redriveDate: Date | undefined;
  items: MapRunCounts;
  executions: MapRunCounts;
  /** What the children that succeeded have made, by their place in the order: a redrive leaves them alone. */
  readonly succeeded: Map<number, Json | undefined>;
}

/** The Map Runs of one engine, kept in memory. */
export interface MapRuns {
  start(run: MapRunStart): MapRun;
  /** The last one of a visit of a Map state; undefined where there is none, or where the process was started anew. */
  ofVisit(executionArn: string, enteredEventId: number): MapRun | undefined;
  get(mapRunArn: string): MapRun | undefined;
  ofExecution(executionArn: string): readonly MapRun[];
}

export function createMapRuns(): MapRuns {
  const runs = new Map<string, MapRun>();
  const byExecution = new Map<string, MapRun[]>();
  const ofExecution = (executionArn: string) => byExecution.get(executionArn) ?? [];
  return {
    start: (start) => {
      const run = newRun(start);
      runs.set(run.mapRunArn, run);
      byExecution.set(run.executionArn, [...ofExecution(run.executionArn), run]);
      return run;
    },
    ofVisit: (executionArn, enteredEventId) =>
      ofExecution(executionArn).findLast((run) => run.enteredEventId === enteredEventId),
    get: (mapRunArn) => runs.get(mapRunArn),
    ofExecution,
  };
}

const newRun = (start: MapRunStart): MapRun => ({
  ...start,
  status: "RUNNING",
  stopDate: undefined,
  redriveCount: 0,
  redriveDate: undefined,
  items: noneYet(),
  executions: noneYet(),
  succeeded: new Map(),
});

const noneYet = (): MapRunCounts => ({
  pending: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
  total: 0,
  resultsWritten: 0,
});

/** Sends the unsuccessful children of a Map Run out once more. */
export function redrive(run: MapRun, redriveDate: Date): MapRun {
  const again = (counts: MapRunCounts): MapRunCounts => ({ ...noneYet(), resultsWritten: counts.resultsWritten });
  Object.assign(run, {
    status: "RUNNING",
    stopDate: undefined,
    redriveCount: run.redriveCount + 1,
    redriveDate,
    items: again(run.items),
    executions: again(run.executions),
  });
  return run;
}

export function endMapRun(run: MapRun, status: MapRunStatus, stopDate: Date): void {
  run.status = status;
  run.stopDate = stopDate;
  // A Map Run that succeeded is never redriven.
  if (status === "SUCCEEDED") run.succeeded.clear();
}

type Place = Exclude<keyof MapRunCounts, "total" | "resultsWritten">;

const PLACES: Readonly<Record<ChildStatus, Place>> = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timedOut",
  ABORTED: "aborted",
};

export const placeOf = (status: ChildStatus): Place => PLACES[status];

/** Moves a child, with its items, from one place to another; from nowhere where it is new. */
export function moveChild(
  run: MapRun,
  itemCount: number,
  { from, to }: { readonly from?: Place; readonly to: Place },
): void {
  for (const [counts, size] of [
    [run.executions, 1],
    [run.items, itemCount],
  ] as const) {
    if (from === undefined) counts.total += size;
    else counts[from] -= size;
    counts[to] += size;
  }
}
