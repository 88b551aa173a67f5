import { bundle } from "./tables/bundle.mjs";
import { chain } from "./tables/chain.mjs";
import { coldStart } from "./tables/cold-start.mjs";
import { contention } from "./tables/contention.mjs";
import { definitions } from "./tables/definitions.mjs";
import { devReady } from "./tables/dev-ready.mjs";
import { engines } from "./tables/engines.mjs";
import { localStack } from "./tables/local-stack.mjs";
import { processLoad } from "./tables/process-load.mjs";
import { step, stepAtADistance } from "./tables/step.mjs";

/**
 * What is measured, in the order of docs/benchmarks.md. A table's `measure` returns its Markdown, the `ratios` that the next
 * run is held to, and its `aims`.
 */
export const TABLES = [
  step,
  stepAtADistance,
  chain,
  contention,
  coldStart,
  bundle,
  definitions,
  localStack,
  engines,
  processLoad,
  devReady,
];

/** The tables whose ratios are held to a baseline. */
export const JUDGED = [step, stepAtADistance, chain, contention, coldStart];
