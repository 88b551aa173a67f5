import { type AslDefinition, everyAslState, outlinedStates, toAsl } from "@sfs3/sdk/flow";
import type { Found } from "../finding.js";
import type { Rule } from "../rule.js";

interface Retrier {
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

export const retriesOutlastMachine: Rule = {
  name: "retries-outlast-machine",
  severity: "warning",
  summary: "All attempts of a state and the waits between them fit into the time that an execution has.",
  *check({ flow, outline, started, definition, limits }) {
    yield* outlasting(flow.name, definition, {
      limitSeconds: limits.machineSeconds,
      whose: `an execution of ${flow.name} has`,
    });
    for (const state of outlinedStates(outline.states)) {
      const waitedFor =
        state.kind === "start" && state.wait ? started.find(({ name }) => name === state.flow) : undefined;
      if (waitedFor === undefined) continue;
      const limitSeconds = new Map(everyAslState(Object.entries(definition.States))).get(state.name)?.TimeoutSeconds;
      const whose = `'${state.name}' of ${flow.name} waits for it`;
      yield* outlasting(waitedFor.name, toAsl(waitedFor), { limitSeconds: Number(limitSeconds), whose });
    }
  },
};

interface Limit {
  readonly limitSeconds: number;
  readonly whose: string;
}

function* outlasting(flow: string, { States }: AslDefinition, { limitSeconds, whose }: Limit): Iterable<Found> {
  for (const [state, { TimeoutSeconds, Retry = [] }] of everyAslState(Object.entries(States))) {
    if (typeof TimeoutSeconds !== "number") continue;
    const seconds = longestSeconds(TimeoutSeconds, Retry as readonly Retrier[], limitSeconds);
    if (seconds <= limitSeconds) continue;
    yield {
      flow,
      state,
      message: `${flow}, '${state}': its attempts and the waits between them can take longer than the ${limitSeconds} s that ${whose}. Retry less often, or sooner.`,
    };
  }
}

/** Attempts that all time out, and the waits between them. Every retrier counts its own attempts. */
function longestSeconds(timeoutSeconds: number, retriers: readonly Retrier[], enoughSeconds: number): number {
  let total = timeoutSeconds;
  for (const {
    IntervalSeconds = 1,
    MaxAttempts = 3,
    BackoffRate = 2,
    MaxDelaySeconds = Number.POSITIVE_INFINITY,
  } of retriers) {
    let wait = IntervalSeconds;
    for (let retry = 0; retry < MaxAttempts && total <= enoughSeconds; retry++) {
      total += Math.min(wait, MaxDelaySeconds) + timeoutSeconds;
      wait *= BackoffRate;
    }
  }
  return total;
}
