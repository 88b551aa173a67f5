import { join } from "node:path";
import { ROOT, run, setUp, tool } from "./setup.mjs";

const script = (name, ...args) => run(process.execPath, [join("scripts", name), ...args]);
const sfs3 = (line) => run(process.execPath, [join(ROOT, "packages/cli/bin/sfs3.js"), ...line.split(" ")]);

/** The picture of ProcessA in README.md. */
const PICTURE = "graph examples/process-a/src/flow.ts --format svg --out docs/process-a.svg";

/** All that has to hold before a change lands. */
const CHECKS = [
  ["types, lint and tests", () => script("test.mjs")],
  ["tests that take long", () => run(...tool("vitest", "run", "--project=proofs"))],
  ["a protocol that is broken on purpose is noticed", () => script("simulate.mjs", "--mutations")],
  [
    "generated definitions and their lock file are fresh and valid",
    () => sfs3("gen-asl examples/process-a/src/flow.ts --all --out examples/process-a/asl --check --validate"),
  ],
  ["pictures in the documentation are those of the flows", () => sfs3(`${PICTURE} --check`)],
  ["recorded executions end as the documentation says", () => script("conformance.mjs", "--check")],
  ["commands and snippets in the documentation", () => script("check-docs.mjs")],
  [
    "ProcessA can be deployed, and cdk-nag has nothing to say",
    () => run("npm", ["run", "synth", "-w", "examples/process-a"]),
  ],
  ["packages as a user installs them", () => script("check-packages.mjs")],
  ["projects as a user makes them", () => script("check-scaffold.mjs")],
];

setUp();
// Where `npm test` has just passed, the tests need not pass again.
const checks = process.argv.includes("--tested") ? CHECKS.slice(1) : CHECKS;
for (const [name, check] of checks) {
  console.log(`\n=== ${name}`);
  check();
}
console.log("\nverify: all good");
