import type { Clock } from "./clock.js";
import type { ExecutionContext, MapItem } from "./context-object.js";
import type { StateFailure } from "./errors.js";
import type { EventDetails, History } from "./history.js";
import type { Json } from "./json.js";
import type { Variables } from "./variables.js";

export type StateType = "Task" | "Pass" | "Choice" | "Wait" | "Parallel" | "Map" | "Succeed" | "Fail";

/** A compiled state. */
export interface State {
  readonly name: string;
  readonly type: StateType;
  /** Every state it can lead to, for the check that all are reachable. */
  readonly targets: readonly string[];
  /** Whether the sequence may end here. */
  readonly ends: boolean;
  /** The waits and ways out that Retry and Catch give a failure. */
  readonly recovery: Recovery;
  /** One attempt. */
  run(entry: StateEntry): Promise<Transition>;
}

export interface Recovery {
  /** Starts counting: retry counts last for one visit of the state. */
  startRetries(): (failure: StateFailure, random: () => number) => number | undefined;
  catch(entry: StateEntry, failure: StateFailure): Promise<Transition> | undefined;
}

/** A `StartAt` with its states: a machine, a branch, an item processor. */
export interface Sequence {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** Where a state leads. */
export interface Transition {
  /** Undefined at the end of the sequence. */
  readonly next: string | undefined;
  readonly output: Json;
  /** Texts of the variables just assigned. */
  readonly assigned?: Readonly<Record<string, string>> | undefined;
}

/** What all lines of one execution share. */
export interface Run {
  readonly history: History;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newTaskToken: () => string;
  readonly context: ExecutionContext;
}

/** One sequence being run: the main one, a branch, an iteration. */
export interface Line {
  readonly run: Run;
  readonly signal: AbortSignal;
  readonly variables: Variables;
  readonly mapItem: MapItem | undefined;
  lastEventId: number;
}

/** One visit of a state. */
export interface StateEntry {
  readonly line: Line;
  readonly name: string;
  readonly input: Json;
  readonly enteredTime: string;
  readonly enteredEventId: number;
  readonly retryCount: number;
  readonly taskToken: string | undefined;
}

/** Adds an event to the execution's history, behind the last one of this line. */
export function record(line: Line, type: string, details?: EventDetails): number {
  line.lastEventId = line.run.history.record(type, line.lastEventId, details);
  return line.lastEventId;
}
