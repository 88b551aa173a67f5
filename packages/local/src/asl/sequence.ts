import type { Compilation } from "./compilation.js";
import { InvalidDefinitionError } from "./errors.js";
import { type Fields, fieldsOf } from "./fields.js";
import type { Sequence, State, StateType } from "./state.js";
import { STATE_TYPES } from "./states/types.js";

const MAX_STATE_NAME_CHARS = 80;
const TYPE_NAMES = Object.keys(STATE_TYPES) as StateType[];

/** Compiles `StartAt` and `States`; closes the object that holds them. */
export function compileSequence(fields: Fields, compilation: Compilation): Sequence {
  const definitions = fields.take("States");
  const where = fieldsOf(definitions, `${fields.path}/States`);
  const names = new Set(Object.keys(definitions as object));
  const states = new Map<string, State>();
  for (const name of names) {
    const state = compilation.attempt(() => compileState(where, name, compilation));
    if (state !== undefined) states.set(name, state);
  }
  const startAt = fields.string("StartAt");
  compilation.attempt(() => {
    fields.optionalString("Comment");
    fields.close("a sequence of states");
  });
  if (!names.has(startAt)) throw missingTarget(startAt, `${fields.path}/StartAt`);
  for (const state of states.values()) compilation.attempt(() => checkTargets(state, names, where.path));
  // Where a state that could not be read leads to is not known.
  if (states.size === names.size) checkReach({ startAt, states }, where.path, compilation);
  return { startAt, states };
}

export function compileState(states: Fields, name: string, compilation: Compilation): State {
  const fields = states.object(name);
  if (name === "" || name.length > MAX_STATE_NAME_CHARS) {
    states.refuse(name, `a state name has 1 to ${MAX_STATE_NAME_CHARS} characters`);
  }
  compilation.declareState(name, fields.path);
  const language = compilation.languageOf(fields);
  const type = fields.optionalOneOf("Type", TYPE_NAMES) ?? fields.refuse("Type", "a string is required");
  const inputFilter = type === "Fail" ? undefined : language.inputFilter(fields);
  const body = STATE_TYPES[type]({ fields, language, compilation });
  fields.optionalString("Comment");
  fields.close(`a ${language.name} ${type} state`);
  return { name, type, inputFilter, ...body };
}

function checkTargets({ name, targets }: State, names: ReadonlySet<string>, path: string): void {
  const missing = targets.find((target) => !names.has(target));
  if (missing !== undefined) throw missingTarget(missing, `${path}/${name}`);
}

const missingTarget = (name: string, path: string) =>
  new InvalidDefinitionError(`MISSING_TRANSITION_TARGET: no state is named "${name}"`, path);

function checkReach({ startAt, states }: Sequence, path: string, { attempt }: Compilation): void {
  const reached = reachedFrom(startAt, states);
  for (const name of states.keys()) {
    if (reached.has(name)) continue;
    attempt(() => {
      throw new InvalidDefinitionError(
        `MISSING_TRANSITION_TARGET: state "${name}" is not reachable`,
        `${path}/${name}`,
      );
    });
  }
  if (![...reached].some((name) => states.get(name)?.ends)) {
    throw new InvalidDefinitionError("MISSING_TERMINAL_STATE: no state ends the sequence", path);
  }
}

function reachedFrom(startAt: string, states: ReadonlyMap<string, State>): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...(states.get(name)?.targets ?? []));
  }
  return reached;
}
