import { everyAslState, FLOW_RULES } from "@sfs3/sdk/flow";
import type { Rule } from "../rule.js";

/** Lambda's longest run. Unit: seconds. Source: AWS Lambda quotas. */
const MAX_LAMBDA_SECONDS = 900;

/** A call that waits for the function's own end; one with a task token waits for somebody else. */
const INVOKES = /^arn:[\w-]+:(states:::lambda:invoke$|lambda:)/;

/** Of steps `gen-asl` refuses it; this finds it in states that are written by hand. */
export const timeoutOverLambda: Rule = {
  name: "timeout-over-lambda",
  severity: "error",
  summary: FLOW_RULES["timeout-over-lambda"],
  *check({ flow, definition }) {
    for (const [state, { Resource, TimeoutSeconds }] of everyAslState(Object.entries(definition.States))) {
      if (!INVOKES.test(String(Resource)) || Number(TimeoutSeconds) <= MAX_LAMBDA_SECONDS) continue;
      if (typeof TimeoutSeconds !== "number") continue;
      yield {
        flow: flow.name,
        state,
        message: `${flow.name}, '${state}': TimeoutSeconds is ${TimeoutSeconds}, and Lambda ends a function after ${MAX_LAMBDA_SECONDS} s. Split the work, or let a callback tell its end.`,
      };
    }
  },
};
