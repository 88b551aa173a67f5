import type { Compilation } from "./compilation.js";
import { InvalidDefinitionError } from "./errors.js";
import { type Fields, fieldsOf } from "./fields.js";
import type { Sequence, State, StateType } from "./state.js";
import { STATE_TYPES } from "./states/types.js";

const MAX_STATE_NAME_CHARS = 80;
const TYPE_NAMES = Object.keys(STATE_TYPES) as StateType[];

/** Compiles `StartAt` and `States`; closes the object that holds them. */
export function compileSequence(fields: Fields, compilation: Compilation): Sequence {
  const startAt = fields.string("StartAt");
  const definitions = fields.take("States");
  const where = fieldsOf(definitions, `${fields.path}/States`);
  const states = new Map<string, State>();
  for (const name of Object.keys(definitions as object)) states.set(name, compileState(where, name, compilation));
  fields.optionalString("Comment");
  fields.close("a sequence of states");
  if (!states.has(startAt)) fields.refuse("StartAt", `MISSING_TRANSITION_TARGET: no state is named "${startAt}"`);
  checkTransitions(startAt, states, where.path);
  return { startAt, states };
}

function compileState(states: Fields, name: string, compilation: Compilation): State {
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

function checkTransitions(startAt: string, states: ReadonlyMap<string, State>, path: string): void {
  const reached = new Set<string>();
  const waiting = [startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const target of states.get(name)?.targets ?? []) {
      if (!states.has(target))
        throw new InvalidDefinitionError(`MISSING_TRANSITION_TARGET: no state is named "${target}"`, `${path}/${name}`);
      waiting.push(target);
    }
  }
  const unreached = [...states.keys()].find((name) => !reached.has(name));
  if (unreached !== undefined) {
    throw new InvalidDefinitionError(
      `MISSING_TRANSITION_TARGET: state "${unreached}" is not reachable`,
      `${path}/${unreached}`,
    );
  }
  if (![...reached].some((name) => states.get(name)?.ends)) {
    throw new InvalidDefinitionError("MISSING_TERMINAL_STATE: no state ends the sequence", path);
  }
}
