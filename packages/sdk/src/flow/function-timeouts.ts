import { type AslDefinition, toAsl } from "./asl/definition.js";
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
  const timeouts = attemptTimeouts(toAsl(flow).States);
  const timeoutOf = ([step, { options }]: [string, FlowDefinition["handlers"][string]]) => [
    step,
    timeouts.get(functionPlaceholder(step)) ?? options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
  ];
  return Object.fromEntries(Object.entries(flow.handlers).map(timeoutOf));
}

type States = AslDefinition["States"];

/** The longest time that states give an attempt of each function, by placeholder. Unit: seconds. */
function attemptTimeouts(states: States, found = new Map<string, number>()): ReadonlyMap<string, number> {
  for (const { Resource, Arguments, TimeoutSeconds, Branches = [], ItemProcessor = [] } of Object.values(states)) {
    for (const scope of [Branches, ItemProcessor].flat() as readonly Pick<AslDefinition, "States">[]) {
      attemptTimeouts(scope.States, found);
    }
    // A callback's timeout is that of the wait for its token, not of the function.
    if (Resource !== "arn:aws:states:::lambda:invoke" || typeof TimeoutSeconds !== "number") continue;
    const [, placeholder = ""] = /^\$\{(\w+)\}$/.exec(String(Reflect.get(Object(Arguments), "FunctionName"))) ?? [];
    found.set(placeholder, Math.max(TimeoutSeconds, found.get(placeholder) ?? 0));
  }
  return found;
}
