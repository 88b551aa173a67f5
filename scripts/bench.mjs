import { run, setUp } from "./setup.mjs";

setUp();
run(process.execPath, ["bench/run.mjs", ...process.argv.slice(2)]);
