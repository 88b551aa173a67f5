import { type FlowDefinition, flowProblems, outlineOf, startedFlows, toAsl } from "@sfs3/sdk/flow";
import type { Finding } from "./finding.js";
import type { Limits } from "./rule.js";
import { RULES } from "./rules.js";

/** Everything that is to be said of a flow: why there is no definition of it, or else what the rules find. */
export function checkFlow(flow: FlowDefinition, limits: Limits): readonly Finding[] {
  const problems = flowProblems(flow);
  if (problems.length > 0) {
    return problems.map(({ what, wayOut, ...problem }) => ({
      ...problem,
      severity: "error",
      message: `${what} ${wayOut}`,
    }));
  }
  const started = startedFlows(flow);
  const outlines = Object.fromEntries([...started, flow].map((one) => [one.name, outlineOf(one)]));
  const checked = { flow, outline: outlineOf(flow), outlines, started, definition: toAsl(flow), limits };
  return RULES.flatMap(({ name, severity, check }) =>
    [...check(checked)].map((found) => ({ severity, ...found, rule: name })),
  );
}
