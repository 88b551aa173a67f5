import { type ChainOutline, followDocument, modelOf, propertiesOf } from "@sfs3/sdk/flow";
import type { Checked, Rule } from "../rule.js";

export const unusedOutput: Rule = {
  name: "unused-output",
  severity: "info",
  summary: "What a step writes is read by a later step, chooses a way, or is what the process ends with.",
  *check(checked) {
    const { flow, outline } = checked;
    const used = usedKeys(checked);
    const results = lastSteps(outline.states);
    for (const [step, { outputKey, route }] of Object.entries(outline.steps)) {
      if (route || used.has(outputKey) || results.has(step)) continue;
      yield {
        flow: flow.name,
        state: step,
        message: `${flow.name}: nothing reads '${outputKey}', which the step '${step}' writes. Leave it out of the output, or keep it for those who look at the sidecar.`,
      };
    }
  },
};

/** Keys that a step, a started flow or a map finds in the document and reads. */
function usedKeys({ outline, outlines }: Checked): ReadonlySet<string> {
  const used = new Set<string>();
  for (const event of followDocument(outline, modelOf(outlines))) {
    if (event.kind === "read") for (const key of propertiesOf(event.needs)?.keys() ?? []) used.add(key);
    if (event.kind === "map") used.add(event.document.has(event.over) ? event.over : (event.over.split(".")[0] ?? ""));
  }
  return used;
}

const WRITES_NOTHING: ReadonlySet<string> = new Set(["wait", "pass", "start", "succeed", "fail", "state"]);

/** Steps behind which no other step comes: what they write is the process's result. */
function lastSteps(chain: ChainOutline): ReadonlySet<string> {
  const last = chain.findLast((state) => !WRITES_NOTHING.has(state.kind));
  switch (last?.kind) {
    case "step":
    case "callback":
      return new Set([last.step]);
    case "parallel":
      return new Set(last.branches.flatMap((branch) => [...lastSteps(branch)]));
    case "choice":
      return new Set([...last.cases.map(({ run }) => run), last.otherwise].flatMap((way) => [...lastSteps(way)]));
    case "map":
      return lastSteps(last.each);
    case "repeat":
      return lastSteps(last.round);
    default:
      return new Set();
  }
}
