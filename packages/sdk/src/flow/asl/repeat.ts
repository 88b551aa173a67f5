import type { RepeatState } from "../state.js";
import { failure } from "./end.js";
import { INPUT, jsonata } from "./expressions.js";
import { namedNext } from "./named-next.js";
import type { AslStates, Emission } from "./types.js";

/**
 * A loop: counts its rounds in a variable, asks after each round, and fails when the rounds are over. Four states
 * stand around the body, named after the loop.
 */
export function repeatState(emission: Emission<RepeatState>): AslStates {
  const { state, name } = emission;
  const [check, pause, limit] = [`${name}-check`, `${name}-pause`, `${name}-limit`];
  const rounds = emission.counterOf(state);
  const body = emission.emitChain(state.body, { Next: check });
  const after = namedNext(emission);
  const again = state.pauseSeconds > 0 ? { Next: pause } : body.entry;
  const cause = `${name}: its condition did not hold after ${state.maxRounds} rounds`;
  const wait = { Type: "Wait", Seconds: state.pauseSeconds, ...body.entry };
  return [
    [name, { Type: "Pass", Assign: { [rounds]: 1 }, Output: INPUT, ...body.entry }],
    ...body.states,
    [
      check,
      {
        Type: "Choice",
        Choices: [
          { Condition: jsonata(state.until.jsonata), ...after.next },
          {
            Condition: jsonata(`$${rounds} < ${state.maxRounds}`),
            Assign: { [rounds]: jsonata(`$${rounds} + 1`) },
            ...again,
          },
        ],
        Default: limit,
      },
    ],
    ...(state.pauseSeconds > 0 ? ([[pause, wait]] as const) : []),
    ...failure(limit, "RepeatLimitError", cause, emission),
    ...after.states,
  ];
}
