import { defineStep } from "@sfs3/sdk";
import { flow, renderAsl } from "@sfs3/sdk/flow";
import * as z from "zod";
import { table } from "../report/markdown.mjs";

const Output = z.object({ n: z.number() });

/** A flow of `count` steps, each of which reads what the one before it wrote. */
function chainOf(count) {
  let chain = flow("Chain", { input: z.object({ foo: z.string() }) });
  for (let index = 0; index < count; index += 1) {
    const Input = index === 0 ? z.object({ foo: z.string() }) : z.object({ [`step-${index - 1}-output`]: Output });
    chain = chain.step(defineStep(Input, Output, () => ({ n: index }), { name: `step-${index}` }));
  }
  return chain;
}

/** How long flows take from their first step to their definition, or to the refusal of one over 1 MiB. */
export const definitions = {
  name: "definitions",
  title: "from a flow's first step to its definition",
  async measure() {
    const columns = ["steps", "build the flow, ms", "check and generate, ms", "outcome"];
    return { markdown: table(columns, [500, 10_000].map(rowOf)), ratios: [], aims: [] };
  },
};

function rowOf(steps) {
  const start = performance.now();
  const chain = chainOf(steps);
  const built = performance.now();
  const outcome = generate(chain);
  const done = performance.now();
  return [steps, (built - start).toFixed(0), (done - built).toFixed(0), outcome];
}

function generate(chain) {
  try {
    return `${Buffer.byteLength(renderAsl(chain))} bytes`;
  } catch (refusal) {
    return `refused: ${refusal.message.split("\n")[0]}`;
  }
}
