import { type AslDefinition, toAsl } from "./asl/definition.js";
import { everyAslState } from "./asl/every-asl-state.js";
import { DEFAULT_TIMEOUT_SECONDS } from "./asl/task.js";
import { functionPlaceholder } from "./placeholders.js";
import type { FlowDefinition } from "./state.js";

/**
 * How long the function of each step has, by step name: the longest that the flow gives an attempt. Unit: seconds. A step
 * that no state gives a time, as a callback's, has its own, or else 60.
 *
 * @throws `FlowDefinitionError` for a flow that cannot run
 *
 * @example
 * ```ts
 * import { functionTimeouts } from "@sfs3/sdk/flow";
 * import { orders } from "./flow.js";
 *
 * console.log(functionTimeouts(orders).charge);
 * ```
 */
export function functionTimeouts(flow: FlowDefinition): Readonly<Record<string, number>> {
  const timeouts = attemptTimeouts(toAsl(flow));
  const timeoutOf = ([step, { options }]: [string, FlowDefinition["handlers"][string]]) => [
    step,
    timeouts.get(functionPlaceholder(step)) ?? options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
  ];
  return Object.fromEntries(Object.entries(flow.handlers).map(timeoutOf));
}

/** The longest time that states give an attempt of each function, by placeholder. Unit: seconds. */
function attemptTimeouts(definition: AslDefinition): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [, { Resource, Arguments, TimeoutSeconds }] of everyAslState(Object.entries(definition.States))) {
    // A callback's timeout is that of the wait for its token, not of the function.
    if (Resource !== "arn:aws:states:::lambda:invoke" || typeof TimeoutSeconds !== "number") continue;
    const [, placeholder = ""] = /^\$\{(\w+)\}$/.exec(String(Reflect.get(Object(Arguments), "FunctionName"))) ?? [];
    found.set(placeholder, Math.max(TimeoutSeconds, found.get(placeholder) ?? 0));
  }
  return found;
}
