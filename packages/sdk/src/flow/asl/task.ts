import { functionPlaceholder } from "../placeholders.js";
import type { CallbackState, StepState } from "../state.js";
import { catchers } from "./catch.js";
import { INPUT, jsonata, text } from "./expressions.js";
import { retriersOf } from "./retry.js";
import type { AslState, AslStates, Emission } from "./types.js";

/** Longest time of one attempt where neither the step nor the flow says otherwise. Unit: seconds. */
export const DEFAULT_TIMEOUT_SECONDS = 60;

/** A step: invokes its Lambda with the payload and the state's entry, and hands on the payload that it returns. */
export function stepState(emission: Emission<StepState>): AslStates {
  const { state } = emission;
  return taskState(emission, {
    Resource: "arn:aws:states:::lambda:invoke",
    Output: jsonata("$states.result.Payload"),
    TimeoutSeconds: state.timeoutSeconds ?? state.step.options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
  });
}

/** A callback: as a step, but it is the token's return that ends the state, and its result is a route value. */
export function callbackState(emission: Emission<CallbackState>): AslStates {
  const { state, name } = emission;
  const result = state.resultKeys.map((key) => `${text(key)}: $states.result.\`${key}\``).join(", ");
  return taskState(emission, {
    Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
    Output: state.resultKeys.length === 0 ? INPUT : withRoute(name, `{${result}}`),
    TimeoutSeconds: state.timeoutSeconds,
    ...(state.heartbeatSeconds !== undefined && { HeartbeatSeconds: state.heartbeatSeconds }),
  });
}

/** The payload with route values of one more step. */
export const withRoute = (step: string, values: string): string =>
  jsonata(`$merge([$states.input, {"route": $merge([$states.input.route, {${text(step)}: ${values}}])}])`);

function taskState(emission: Emission<StepState | CallbackState>, own: AslState): AslStates {
  const { state, name, next } = emission;
  const { states, ...caught } = catchers(emission);
  const task = {
    Type: "Task",
    Resource: own.Resource,
    Arguments: { FunctionName: `\${${functionPlaceholder(state.step.options.name)}}`, Payload: payload(emission) },
    ...own,
    Retry: retriersOf(state.retry ?? state.step.options.retry ?? []),
    ...caught,
    ...next,
  };
  return [[name, task], ...states];
}

/**
 * The payload on its way into a Lambda: as it is, and which entry of which state this is.
 * Source: AWS Step Functions Developer Guide, "Accessing execution data from the Context object".
 */
function payload({ state, scope, fanOut }: Emission<StepState | CallbackState>): string {
  const context = "$states.context";
  const counts = state.kind === "step" ? fanOut.countedBy(state.step.options.name) : [];
  const entry = [
    `"execution": ${scope.execution}`,
    `"state": ${context}.State.Name`,
    `"enteredAt": ${context}.State.EnteredTime`,
    `"attempt": ${context}.State.RetryCount + 1`,
    ...(scope.item ? [`"item": ${scope.item.index}`] : []),
    ...(scope.item?.count ? [`"items": ${scope.item.count}`] : []),
    ...(counts.length > 0 ? [`"counts": [${counts.map(text).join(", ")}]`] : []),
    ...(state.kind === "callback" ? [`"taskToken": ${context}.Task.Token`] : []),
  ];
  return jsonata(`$merge([$states.input, {"sfs3": {${entry.join(", ")}}}])`);
}
