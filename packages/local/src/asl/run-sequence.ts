import { dataLimitExceeded, type StateFailure } from "./errors.js";
import { stateFailure } from "./evaluation.js";
import { type EventDetails, WHOLE } from "./history.js";
import { exceedsPayloadLimit, type Json } from "./json.js";
import type { Query } from "./query-language.js";
import type { LineStage, VisitResumption } from "./resumption.js";
import { type Line, record, type Sequence, type State, type StateEntry, type Transition, textOf } from "./state.js";

// States that wait for nothing outside would otherwise keep the whole process from hearing anything else.
const STATES_PER_TURN = 200;
/** The states that can have a Retry: the context object counts only their attempts. */
const RETRIABLE: readonly string[] = ["Task", "Parallel", "Map"] satisfies State["type"][];

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs states until one ends the sequence. A loop, so that a machine may go round for as long as it likes. */
export async function runSequence(sequence: Sequence, line: Line, input: Json): Promise<Json> {
  const stage: LineStage = line.resumption?.stage ?? { type: "before", name: undefined, input: undefined };
  if (stage.type === "ended") return stage.output;
  let name = (stage.type === "at" ? stage.visit.name : stage.name) ?? sequence.startAt;
  let value = stage.type === "at" ? stage.visit.input : stage.input === undefined ? input : stage.input;
  let resumed = stage.type === "at" ? stage.visit : undefined;
  for (let visits = 1; ; visits++) {
    if (visits % STATES_PER_TURN === 0) await nextTurn();
    line.abort.throwIfAborted();
    const state = stateNamed(sequence, name);
    const entry = resumed === undefined ? enter(line, state, value) : reenter(line, state, resumed);
    const { next, output, assigned } = await runState(state, entry);
    leave(line, state, { next, output, assigned });
    if (next === undefined) return output;
    name = next;
    value = output;
    resumed = undefined;
  }
}

function stateNamed(sequence: Sequence, name: string): State {
  const state = sequence.states.get(name);
  if (state === undefined) throw new Error(`compiled sequence leads to the unknown state ${name}`);
  return state;
}

function enter(line: Line, { type, name }: State, input: Json): StateEntry {
  const details = { name, input: textOf(line, input), inputDetails: WHOLE };
  const enteredEventId = record(line, `${type}StateEntered`, details);
  return entryOf(line, { name, type, input, enteredAt: line.run.clock.now(), enteredEventId, resumption: undefined });
}

const reenter = (line: Line, { type }: State, resumption: VisitResumption): StateEntry =>
  entryOf(line, { ...resumption, type, resumption });

type Visit = Omit<VisitResumption, "lines"> & Pick<State, "type"> & Pick<StateEntry, "resumption">;

function entryOf(line: Line, { name, type, input, enteredAt, enteredEventId, resumption }: Visit): StateEntry {
  const first = { retryCount: RETRIABLE.includes(type) ? 0 : undefined, taskToken: undefined };
  return { line, name, rawInput: input, input, enteredAt, enteredEventId, resumption, ...first };
}

function leave(line: Line, { type, name }: State, { next, output, assigned }: Transition): void {
  const text = textOf(line, output);
  if (exceedsPayloadLimit(text)) throw dataLimitExceeded(name, false);
  const eventType = `${type}StateExited`;
  line.lastEventId = line.run.history.record(eventType, line.lastEventId, exitedDetails(name, text, assigned), next);
}

const exitedDetails = (name: string, output: string, assigned: Transition["assigned"]): EventDetails =>
  assigned === undefined
    ? { name, output, outputDetails: WHOLE }
    : { name, output, outputDetails: WHOLE, assignedVariables: assigned, assignedVariablesDetails: WHOLE };

/** One visit of a state: attempts, the waits between them, and the way out that Catch gives. */
async function runState(state: State, visit: StateEntry): Promise<Transition> {
  const { line } = visit;
  let nextDelayMs: ReturnType<State["recovery"]["startRetries"]> | undefined;
  for (
    let attempt = visit;
    ;
    attempt = { ...visit, retryCount: (attempt.retryCount ?? 0) + 1, resumption: undefined }
  ) {
    try {
      return await state.run(state.inputFilter === undefined ? attempt : await filtered(state.inputFilter, attempt));
    } catch (thrown) {
      line.abort.throwIfAborted();
      const failure = recordFailure(attempt, thrown);
      nextDelayMs ??= state.recovery.startRetries();
      const delayMs = nextDelayMs(failure, line.run.random);
      if (delayMs === undefined) return catchOrThrow(state, attempt, failure);
      await line.run.clock.sleep(delayMs, line.abort.signal);
    }
  }
}

const filtered = async (inputFilter: Query<Json>, entry: StateEntry): Promise<StateEntry> => ({
  ...entry,
  input: await inputFilter(entry),
});

async function catchOrThrow(state: State, entry: StateEntry, failure: StateFailure): Promise<Transition> {
  try {
    const caught = state.recovery.catch(entry, failure);
    if (caught !== undefined) return await caught;
  } catch (thrown) {
    throw recordFailure(entry, thrown);
  }
  throw failure;
}

// A failed expression leaves its own event, once, at the state it belongs to.
function recordFailure(entry: StateEntry, thrown: unknown): StateFailure {
  const failure = stateFailure(entry, thrown);
  const { location } = failure.options;
  if (location === undefined) return failure;
  const { error, cause } = failure;
  record(entry.line, "EvaluationFailed", { error, cause, location, state: entry.name });
  return failure.withoutLocation();
}
