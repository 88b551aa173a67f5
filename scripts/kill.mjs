import { run, setUp } from "./setup.mjs";

setUp();
run(process.execPath, ["reliability/kill.mjs", ...process.argv.slice(2)]);
