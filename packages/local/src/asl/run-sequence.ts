import { asStateFailure, dataLimitExceeded, StateFailure } from "./errors.js";
import { type EventDetails, WHOLE } from "./history.js";
import { exceedsPayloadLimit, type Json } from "./json.js";
import { type Line, record, type Sequence, type State, type StateEntry, type Transition } from "./state.js";

// States that wait for nothing outside would otherwise keep the whole process from hearing anything else.
const STATES_PER_TURN = 200;
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs states until one ends the sequence. A loop, so that a machine may go round for as long as it likes. */
export async function runSequence(sequence: Sequence, line: Line, input: Json): Promise<Json> {
  let name = sequence.startAt;
  let value = input;
  let text = JSON.stringify(input);
  for (let visits = 1; ; visits++) {
    if (visits % STATES_PER_TURN === 0) await nextTurn();
    line.signal.throwIfAborted();
    const state = stateNamed(sequence, name);
    const enteredEventId = record(line, `${state.type}StateEntered`, { name, input: text, inputDetails: WHOLE });
    const enteredTime = line.run.clock.now().toISOString();
    const entry = { line, name, input: value, enteredTime, enteredEventId, retryCount: 0, taskToken: undefined };
    const { next, output, assigned } = await runState(state, entry);
    if (output !== value) text = JSON.stringify(output);
    if (exceedsPayloadLimit(text)) throw dataLimitExceeded(name, false);
    record(line, `${state.type}StateExited`, exitedDetails(name, text, assigned));
    if (next === undefined) return output;
    name = next;
    value = output;
  }
}

function stateNamed(sequence: Sequence, name: string): State {
  const state = sequence.states.get(name);
  if (state === undefined) throw new Error(`compiled sequence leads to the unknown state ${name}`);
  return state;
}

const exitedDetails = (name: string, output: string, assigned: Transition["assigned"]): EventDetails =>
  assigned === undefined
    ? { name, output, outputDetails: WHOLE }
    : { name, output, outputDetails: WHOLE, assignedVariables: assigned, assignedVariablesDetails: WHOLE };

/** One visit of a state: attempts, the waits between them, and the way out that Catch gives. */
async function runState(state: State, entry: StateEntry): Promise<Transition> {
  const { line } = entry;
  const nextDelayMs = state.recovery.startRetries();
  for (let retryCount = 0; ; retryCount++) {
    const attempt = retryCount === 0 ? entry : { ...entry, retryCount };
    try {
      return await state.run(attempt);
    } catch (thrown) {
      if (line.signal.aborted) throw line.signal.reason;
      const failure = recordFailure(line, state, thrown);
      const delayMs = nextDelayMs(failure, line.run.random);
      if (delayMs === undefined) return catchOrThrow(state, attempt, failure);
      await line.run.clock.sleep(delayMs, line.signal);
    }
  }
}

async function catchOrThrow(state: State, entry: StateEntry, failure: StateFailure): Promise<Transition> {
  const caught = state.recovery.catch(entry, failure);
  if (caught === undefined) throw failure;
  return caught.catch((thrown) => {
    throw recordFailure(entry.line, state, thrown);
  });
}

// A failed expression leaves its own event, once, at the state it belongs to.
function recordFailure(line: Line, state: State, thrown: unknown): StateFailure {
  const failure = asStateFailure(thrown);
  const { location, ...rest } = failure.options;
  if (location === undefined) return failure;
  record(line, "EvaluationFailed", { error: failure.error, cause: failure.cause, location, state: state.name });
  return new StateFailure(failure.error, failure.cause, rest);
}
