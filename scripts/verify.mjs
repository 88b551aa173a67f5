import { join } from "node:path";
import { ROOT, run, setUp } from "./setup.mjs";

const SFS3 = join(ROOT, "packages/cli/bin/sfs3.js");
const script = (name, ...args) => run(process.execPath, [join("scripts", name), ...args]);

/** All that has to hold before a change lands. `--tested` leaves out what `npm test` has just shown. */
const CHECKS = [
  ["types, lint and tests", () => process.argv.includes("--tested") || script("test.mjs")],
  [
    "generated definitions are fresh and valid",
    () =>
      run(process.execPath, [
        SFS3,
        "gen-asl",
        "examples/process-a/src/flow.ts",
        "--all",
        "--out",
        "examples/process-a/asl",
        "--check",
        "--validate",
      ]),
  ],
  ["commands and snippets in the documentation", () => script("check-docs.mjs")],
  ["packages as a user installs them", () => script("check-packages.mjs")],
];

setUp();
for (const [name, check] of CHECKS) {
  console.log(`\n=== ${name}`);
  check();
}
console.log("\nverify: all good");
