import { cpus } from "node:os";
import { measureAsl } from "./asl.mjs";
import { measureBundle } from "./bundle.mjs";
import { measureDevReady } from "./dev-ready.mjs";
import { measureEngine } from "./engine.mjs";
import { measureEngines } from "./engines.mjs";
import { measureProcessLoad } from "./process-load.mjs";
import { measureSteps } from "./step.mjs";

console.log(
  `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model}), ${new Date().toISOString().slice(0, 10)}`,
);

console.log("\n## A step, beside the same work by hand\n");
await measureSteps();

console.log("\n## Definitions\n");
measureAsl();

console.log("\n## A Lambda's bundle\n");
await measureBundle();

console.log("\n## The local stack\n");
await measureEngine();

console.log("\n## The engine beside another one\n");
measureEngines();

console.log("\n## A thousand executions of ProcessA at once\n");
measureProcessLoad();

console.log("\n## From `sfs3 dev` to ready\n");
await measureDevReady();
