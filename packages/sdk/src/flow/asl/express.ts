import type { FlowDefinition } from "../state.js";
import { toAsl } from "./definition.js";
import { everyAslState } from "./every-asl-state.js";

/** Express machines end after five minutes. Source: AWS Step Functions Developer Guide, "Step Functions service quotas". */
const MAX_SECONDS = 300;

type Hindrance = (state: Readonly<Record<string, unknown>>) => boolean;

/** Source: AWS Step Functions Developer Guide, "Choosing workflow type in Step Functions". */
const HINDRANCES: Readonly<Record<string, Hindrance>> = {
  "waits for a callback": ({ Resource }) => String(Resource).endsWith(".waitForTaskToken"),
  "waits for the end of what it starts": ({ Resource }) => /\.sync(:2)?$/.test(String(Resource)),
  "waits for more than 5 minutes": ({ Seconds }) => typeof Seconds === "number" && Seconds > MAX_SECONDS,
  "is a distributed Map": ({ ItemProcessor = {} }) =>
    (ItemProcessor as { ProcessorConfig?: { Mode?: string } }).ProcessorConfig?.Mode === "DISTRIBUTED",
};

/**
 * Why a flow cannot run as an Express machine, as the rest of a sentence; `undefined` where nothing is against it. States
 * written by hand are looked at too.
 *
 * @throws `FlowDefinitionError` for a flow of which no definition can be made
 *
 * @example
 * ```ts
 * import { notExpress } from "@sfs3/sdk/flow";
 * import { orders } from "./flow.js";
 *
 * console.log(notExpress(orders) ?? "Standard or Express, as you like"); // 'approve' waits for a callback
 * ```
 */
export function notExpress(flow: FlowDefinition): string | undefined {
  for (const [name, state] of everyAslState(Object.entries(toAsl(flow).States))) {
    const hindrance = Object.entries(HINDRANCES).find(([, holds]) => holds(state));
    if (hindrance !== undefined) return `'${name}' ${hindrance[0]}`;
  }
  return undefined;
}
