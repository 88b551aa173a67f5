import { run, setUp } from "./setup.mjs";

setUp();
run(process.execPath, ["packages/local/conformance/run.mjs", ...process.argv.slice(2)]);
