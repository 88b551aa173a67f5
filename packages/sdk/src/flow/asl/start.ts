import type { RetryPolicy } from "../../errors.js";
import { stateMachinePlaceholder } from "../placeholders.js";
import type { StartState } from "../state.js";
import { catchers } from "./catch.js";
import { INPUT, jsonata } from "./expressions.js";
import { namedNext } from "./named-next.js";
import { RETRY_ANY_ERROR, toRetrier } from "./retry.js";
import type { AslStates, Emission } from "./types.js";

/**
 * Named after the execution, the state's entry and the item, so that a repeated call finds the execution that the first one started;
 * hashed in part, since a name has at most 80 characters. Whoever waits for an end finds by that name after a redrive only
 * what has ended, and starts another one.
 */
function executionName({ state, scope }: Emission<StartState>): string {
  const context = "$states.context";
  const item = scope.item === undefined ? [] : [`$string(${scope.item.index})`];
  const redrive = state.wait ? [`$string(${context}.Execution.RedriveCount)`] : [];
  const entry = [scope.execution, `${context}.State.Name`, `${context}.State.EnteredTime`, ...item, ...redrive];
  const hash = `$substring($hash(${entry.join(' & "/" & ')}, "SHA-256"), 0, 32)`;
  return jsonata(`$substring(${context}.Execution.Name, 0, 47) & "-" & ${hash}`);
}

const ALREADY_EXISTS = "StepFunctions.ExecutionAlreadyExistsException";

/** What has nothing to do with the started process, so that the start is worth repeating. */
const START_ERRORS: RetryPolicy = {
  errors: [
    "StepFunctions.ThrottlingException",
    "StepFunctions.ExecutionLimitExceededException",
    "StepFunctions.ServiceUnavailableException",
    "StepFunctions.InternalServerException",
  ],
  intervalSeconds: 2,
  maxAttempts: 6,
  backoffRate: 2,
  jitter: "FULL",
};

/** How long to wait for another machine's end, unless told. Unit: seconds. */
const ONE_DAY_SECONDS = 86_400;

/** Starts another machine on the same sidecar, and waits for its end if asked to. */
export function startState(emission: Emission<StartState>): AslStates {
  const { state, name, next } = emission;
  const after = namedNext(emission);
  const { states, Catch = [] } = catchers(emission);
  const alreadyStarted = {
    ErrorEquals: [ALREADY_EXISTS],
    Output: INPUT,
    ...after.next,
  };
  const caught = state.wait ? Catch : [alreadyStarted, ...Catch];
  const timeoutSeconds = state.timeoutSeconds ?? (state.wait ? ONE_DAY_SECONDS : 60);
  const task = {
    Type: "Task",
    Resource: `arn:aws:states:::states:startExecution${state.wait ? ".sync:2" : ""}`,
    Arguments: {
      StateMachineArn: `\${${stateMachinePlaceholder(state.flow.name)}}`,
      Name: executionName(emission),
      Input: INPUT,
    },
    Output: INPUT,
    TimeoutSeconds: timeoutSeconds,
    // What has started once is not started again: its name is taken.
    Retry: (state.wait ? [START_ERRORS] : [{ errors: [ALREADY_EXISTS], maxAttempts: 0 }, RETRY_ANY_ERROR]).map(
      toRetrier,
    ),
    ...(caught.length > 0 && { Catch: caught }),
    ...next,
  };
  return [[name, task], ...states, ...(state.wait || state.catchers.length > 0 ? [] : after.states)];
}
