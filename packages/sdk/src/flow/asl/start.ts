import { stateMachinePlaceholder } from "../placeholders.js";
import type { StartState } from "../state.js";
import { catchers } from "./catch.js";
import { INPUT, jsonata } from "./expressions.js";
import { namedNext } from "./named-next.js";
import { RETRY_ANY_ERROR, toRetrier } from "./retry.js";
import type { AslStates, Emission } from "./types.js";

/**
 * Named after the execution and the state, so that a repeated call finds the execution that the first one started;
 * hashed in part, since a name has at most 80 characters.
 */
const EXECUTION_NAME = jsonata(
  '$substring($states.context.Execution.Name, 0, 47) & "-" & ' +
    '$substring($hash($states.context.Execution.Id & "/" & $states.context.State.Name & "/" & $states.context.State.EnteredTime, "SHA-256"), 0, 32)',
);

/** How long to wait for another machine's end, unless told. Unit: seconds. */
const ONE_DAY_SECONDS = 86_400;

/** Starts another machine on the same sidecar, and waits for its end if asked to. */
export function startState(emission: Emission<StartState>): AslStates {
  const { state, name, next } = emission;
  const after = namedNext(emission);
  const { states, Catch = [] } = catchers(emission);
  const alreadyStarted = {
    ErrorEquals: ["StepFunctions.ExecutionAlreadyExistsException"],
    Output: INPUT,
    ...after.next,
  };
  const timeoutSeconds = state.timeoutSeconds ?? (state.wait ? ONE_DAY_SECONDS : 60);
  const task = {
    Type: "Task",
    Resource: `arn:aws:states:::states:startExecution${state.wait ? ".sync:2" : ""}`,
    Arguments: {
      StateMachineArn: `\${${stateMachinePlaceholder(state.flow.name)}}`,
      Name: EXECUTION_NAME,
      Input: INPUT,
    },
    Output: INPUT,
    TimeoutSeconds: timeoutSeconds,
    // A started execution that fails is not started again: its name is taken.
    ...(!state.wait && { Retry: [toRetrier(RETRY_ANY_ERROR)] }),
    Catch: state.wait ? Catch : [alreadyStarted, ...Catch],
    ...next,
  };
  return [[name, task], ...states, ...(state.wait || state.catchers.length > 0 ? [] : after.states)];
}
