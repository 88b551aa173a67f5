import { createHash } from "node:crypto";
import { type AslDefinition, type FlowDefinition, functionPlaceholder, toAsl } from "@sfs3/sdk/flow";

/** The function that a step of a flow becomes. */
export interface FlowFunction {
  readonly name: string;
  readonly step: string;
  /** What stands in the flow's definition for the function's ARN. */
  readonly placeholder: string;
  /** Unit: seconds. */
  readonly timeoutSeconds: number;
}

/** Lambda's timeout of a step that no state gives one, as a callback's. Unit: seconds. */
const DEFAULT_TIMEOUT_SECONDS = 60;

/**
 * The functions of a flow: one a step, with the longest time that the flow gives an attempt of it.
 *
 * @throws `FlowDefinitionError` for a flow that cannot run
 *
 * @example
 * ```ts
 * import { functionsOf } from "@sfs3/local";
 * import { orders } from "./orders.js";
 *
 * for (const { step, placeholder, timeoutSeconds } of functionsOf(orders)) console.log(step, placeholder, timeoutSeconds);
 * ```
 */
export function functionsOf(flow: FlowDefinition): readonly FlowFunction[] {
  const timeouts = attemptTimeouts(toAsl(flow).States);
  return Object.entries(flow.handlers).map(([step, { options }]) => {
    const placeholder = functionPlaceholder(step);
    const timeoutSeconds = timeouts.get(placeholder) ?? options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
    return { name: functionName(flow.name, step), step, placeholder, timeoutSeconds };
  });
}

/** Lambda's limit of a function's name. Unit: characters. */
const MAX_FUNCTION_NAME_LENGTH = 64;

/**
 * `<flow>-<step>`, where that says which is which: a hyphen in the flow's name could as well begin the step's, and what
 * is too long has to be cut. A hash, of a text that only these two make, tells those apart.
 */
function functionName(flow: string, step: string): string {
  const name = `${flow}-${step}`;
  if (!flow.includes("-") && name.length <= MAX_FUNCTION_NAME_LENGTH) return name;
  const hash = createHash("sha256").update(`${flow}/${step}`).digest("hex").slice(0, 8);
  return `${name.slice(0, MAX_FUNCTION_NAME_LENGTH - hash.length - 1)}-${hash}`;
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
