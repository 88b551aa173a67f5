import type { Abort } from "./abort.js";
import type { Clock } from "./clock.js";
import type { ExecutionContext, MapItem } from "./context-object.js";
import type { StateFailure } from "./errors.js";
import type { EventDetails, History } from "./history.js";
import type { Json } from "./json.js";
import type { Query } from "./query-language.js";
import type { LineResumption, VisitResumption } from "./resumption.js";
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
  /** What it sees of its input; undefined for all of it. */
  readonly inputFilter: Query<Json> | undefined;
  /** The waits and ways out that Retry and Catch give a failure. */
  readonly recovery: Recovery;
  /** One attempt. */
  run(entry: StateEntry): Transition | Promise<Transition>;
}

export interface Recovery {
  /** Starts counting: retry counts last for one visit of the state. */
  startRetries(): (failure: StateFailure, random: () => number) => number | undefined;
  /** Undefined where no Catcher matches. */
  catch(entry: StateEntry, failure: StateFailure): Transition | Promise<Transition> | undefined;
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
  readonly abort: Abort;
  readonly variables: Variables;
  readonly mapItem: MapItem | undefined;
  /** Where an earlier run of it had come to. */
  readonly resumption: LineResumption | undefined;
  lastEventId: number;
  /** The value whose text was asked for last: what leaves a state enters the next one. */
  lastText: { readonly value: Json; readonly text: string } | undefined;
}

/** One visit of a state. */
export interface StateEntry {
  readonly line: Line;
  readonly name: string;
  /** The input as it entered. */
  readonly rawInput: Json;
  /** What the state sees of it. */
  readonly input: Json;
  readonly enteredAt: Date;
  readonly enteredEventId: number;
  /** Undefined in a state that cannot be retried. */
  readonly retryCount: number | undefined;
  readonly taskToken: string | undefined;
  /** What an earlier run had already done on this visit. */
  readonly resumption: VisitResumption | undefined;
}

/** Adds an event to the execution's history, behind the last one of this line. */
export function record(line: Line, type: string, details?: EventDetails): number {
  line.lastEventId = line.run.history.record(type, line.lastEventId, details);
  return line.lastEventId;
}

/** A value as JSON text. */
export function textOf(line: Line, value: Json): string {
  if (line.lastText === undefined || line.lastText.value !== value) {
    line.lastText = { value, text: JSON.stringify(value) };
  }
  return line.lastText.text;
}
