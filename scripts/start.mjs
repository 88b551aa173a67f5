import { join } from "node:path";
import { ROOT, run, setUp } from "./setup.mjs";

const FLOW = "examples/process-a/src/flow.ts";

setUp();
console.error("ProcessA on an embedded S3, Step Functions, Lambda and IoT:\n");
run(process.execPath, [
  join(ROOT, "packages/cli/bin/sfs3.js"),
  "run",
  FLOW,
  "--input",
  '{"foo":"foo val","bar":"bar val"}',
]);
console.error(`
That was the process's sidecar: its input, what each step wrote, and the journal.

Try next:
  npx sfs3 run ${FLOW} --input '{"foo":1}'                      an input that the flow does not take
  npx sfs3 run ${FLOW} --input '{"foo":"x","bar":"y"}' --json   the result for machines
  npx sfs3 gen-asl ${FLOW} --validate                           the definition that AWS runs
  examples/process-a/src/steps/step-c.ts                        change what a step writes, and npm start again
  README.md, docs/                                              how it works`);
