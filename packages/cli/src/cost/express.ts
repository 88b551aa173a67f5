import { type FlowDefinition, nameStates } from "@sfs3/sdk/flow";

/** Express machines end after five minutes. Source: AWS Step Functions Developer Guide, "Quotas". */
const MAX_SECONDS = 300;

/**
 * Why a flow cannot run as an Express machine; `undefined` where nothing is against it.
 *
 * Source: AWS Step Functions Developer Guide, "Choosing workflow type": no callbacks, and no waiting for other machines.
 */
export function notExpress(flow: FlowDefinition): string | undefined {
  for (const [state, name] of nameStates(flow.states)) {
    if (state.kind === "callback") return `'${name}' waits for a callback`;
    if (state.kind === "start" && state.wait) return `'${name}' waits for the machine of ${state.flow.name}`;
    if (state.kind === "wait" && waitsTooLong(state.wait)) return `'${name}' waits for more than 5 minutes`;
  }
  return undefined;
}

const waitsTooLong = (wait: object): boolean =>
  "seconds" in wait &&
  typeof wait.seconds === "object" &&
  wait.seconds !== null &&
  "fixed" in wait.seconds &&
  Number(wait.seconds.fixed) > MAX_SECONDS;
