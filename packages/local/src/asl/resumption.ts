import type { HistoryEvent } from "./history.js";
import type { Json, JsonObject } from "./json.js";

/** Where a sequence of states had come to when its execution ended. */
export interface LineResumption {
  readonly stage: LineStage;
  readonly variables: JsonObject;
  readonly lastEventId: number;
}

export type LineStage =
  | { readonly type: "at"; readonly visit: VisitResumption }
  | { readonly type: "before"; readonly name: string | undefined; readonly input: Json | undefined }
  | { readonly type: "ended"; readonly output: Json };

/** A visit of a state that did not come to its end. */
export interface VisitResumption {
  readonly name: string;
  readonly input: Json;
  readonly enteredAt: Date;
  readonly enteredEventId: number;
  /** The lines inside of it: branches by the name of their first state, iterations by index. */
  readonly lines: ReadonlyMap<string | number, LineResumption>;
}

interface OpenVisit extends VisitResumption {
  readonly type: string;
  readonly lines: Map<string | number, OpenLine>;
  /** Whether the last thing heard of it is its failure. */
  failed: boolean;
}

interface OpenLine extends LineResumption {
  readonly outer: OpenLine | undefined;
  stage: { readonly type: "at"; readonly visit: OpenVisit } | Exclude<LineStage, { type: "at" }>;
  variables: JsonObject;
  lastEventId: number;
}

/**
 * Reads from a history how far its execution had come, so that it can go on from there: the states that were not left,
 * with their inputs and variables, and inside a Parallel or a Map what each branch or iteration had done.
 *
 * Source: Developer Guide, "Restarting state machine executions with redrive in Step Functions".
 */
export function resumptionOf(events: readonly HistoryEvent[]): LineResumption {
  const main = openLine(undefined);
  const lineAfter = new Map<number, OpenLine>();
  for (const event of events) {
    const line = follow(lineAfter.get(event.previousEventId) ?? main, event);
    line.lastEventId = event.id;
    lineAfter.set(event.id, line);
  }
  return main;
}

const openLine = (outer: OpenLine | undefined): OpenLine => ({
  outer,
  stage: { type: "before", name: undefined, input: undefined },
  variables: {},
  lastEventId: 0,
});

/** Takes the event to the line it belongs to, given the line of the event before it. */
function follow(line: OpenLine, event: HistoryEvent): OpenLine {
  const { type } = event;
  if (type.endsWith("StateEntered")) return entered(line, event);
  if (type.endsWith("StateExited")) return exited(line, event);
  if (type === "MapIterationStarted") return innerLine(line, Number(event.details?.index));
  if (type === "ParallelStateStarted" || type === "MapStateStarted") return started(line);
  if (type === "ParallelStateFailed" || type === "MapStateFailed")
    return failed(line, type.slice(0, -"StateFailed".length));
  return line;
}

function entered(line: OpenLine, { type, details, id, timestamp }: HistoryEvent): OpenLine {
  const name = String(details?.name);
  // A state that is entered while its line is inside another one is the first of a branch.
  const own = line.stage.type === "at" ? innerLine(line, name) : line;
  const input: Json = JSON.parse(String(details?.input));
  const stateType = type.slice(0, -"StateEntered".length);
  const visit = {
    type: stateType,
    name,
    input,
    enteredAt: timestamp,
    enteredEventId: id,
    lines: new Map(),
    failed: false,
  };
  own.stage = { type: "at", visit };
  return own;
}

function exited(line: OpenLine, { details, next }: HistoryEvent): OpenLine {
  const own = outwards(line, (visit) => visit.name === details?.name);
  const output: Json = JSON.parse(String(details?.output));
  own.stage = next === undefined ? { type: "ended", output } : { type: "before", name: next, input: output };
  const assigned = Object.entries(details?.assignedVariables ?? {});
  own.variables = { ...own.variables, ...Object.fromEntries(assigned.map(([name, text]) => [name, JSON.parse(text)])) };
  return own;
}

function started(line: OpenLine): OpenLine {
  if (line.stage.type === "at") {
    line.stage.visit.lines.clear();
    line.stage.visit.failed = false;
  }
  return line;
}

function failed(line: OpenLine, stateType: string): OpenLine {
  const own = outwards(line, (visit) => visit.type === stateType && !visit.failed);
  if (own.stage.type === "at") own.stage.visit.failed = true;
  return own;
}

/** The closest line, from this one outwards, whose visit is the one that is meant. */
function outwards(line: OpenLine, isMeant: (visit: OpenVisit) => boolean): OpenLine {
  let own: OpenLine = line;
  while (own.outer !== undefined && !(own.stage.type === "at" && isMeant(own.stage.visit))) own = own.outer;
  return own;
}

function innerLine(line: OpenLine, key: string | number): OpenLine {
  if (line.stage.type !== "at") return line;
  const inner = openLine(line);
  line.stage.visit.lines.set(key, inner);
  return inner;
}
