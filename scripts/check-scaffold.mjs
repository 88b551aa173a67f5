import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "./pack.mjs";
import { serveRegistry } from "./registry.mjs";
import { ROOT, setUp } from "./setup.mjs";

/**
 * From nothing to what could be deployed, as a user of npm and a user of pnpm meet it: in an empty folder, with the
 * packages as they would be published. `node scripts/check-scaffold.mjs pnpm serverless` does one of the four.
 */
const { packageManager: PNPM } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

const npx = (...args) => ["npx", "--yes", ...args];

/** How each package manager makes a project, runs an installed command, and runs a script. */
const PACKAGE_MANAGERS = {
  npm: {
    init: (...args) => ["npm", "create", "--yes", "sfs3", "--", ...args],
    exec: (...command) => npx("--no", "--", ...command),
    run: (script) => ["npm", "run", script],
  },
  pnpm: {
    init: (...args) => npx(PNPM, "--package=@sfs3/cli", "dlx", "sfs3", "init", ...args),
    exec: (...command) => npx(PNPM, "exec", ...command),
    run: (script) => npx(PNPM, "run", script),
  },
};
const DEPLOYMENTS = ["cdk", "serverless"];
const GENERATE = ["sfs3", "gen-asl", "src/flows.ts", "--all", "--out", "asl"];

setUp();
const folder = mkdtempSync(join(tmpdir(), "sfs3-scaffold-"));
const registry = await serveRegistry(pack(join(folder, "tarballs")));
try {
  for (const packageManager of chosen(Object.keys(PACKAGE_MANAGERS))) {
    for (const deployment of chosen(DEPLOYMENTS)) await fromNothing(packageManager, deployment);
  }
  console.log("check-scaffold: all projects install, test, run and synthesize");
} catch (error) {
  console.error(`check-scaffold: ${error.message}`);
  process.exitCode = 1;
} finally {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Those named on the command line; all where none is. */
function chosen(names) {
  const named = names.filter((name) => process.argv.includes(name));
  return named.length > 0 ? named : names;
}

async function fromNothing(packageManager, deployment) {
  const { init, exec, run } = PACKAGE_MANAGERS[packageManager];
  const empty = join(folder, `${packageManager}-${deployment}`);
  const project = join(empty, "my-app");
  const start = Date.now();
  mkdirSync(empty);
  await command(empty, init("my-app", "--deploy", deployment));
  await command(project, exec("sfs3", "new", "process", "orders"));
  await command(project, exec("sfs3", "new", "step", "charge", "--after", "reserve"));
  for (const script of ["typecheck", "test", "start", "check", "synth"]) await command(project, run(script));
  await command(project, exec(...GENERATE, "--check", "--validate"));
  console.log(`${packageManager} and ${deployment}: ${Math.round((Date.now() - start) / 1000)} s`);
}

/** Runs a command as its user would; shows what it said only where it fails. */
async function command(cwd, [program, ...args]) {
  const env = { ...process.env, npm_config_registry: registry.url };
  const child = spawn(program, args, { cwd, env, shell: process.platform === "win32" });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => said.push(text));
  const [status] = await once(child, "close");
  console.log(`  ${[program, ...args].join(" ")}: ${status}`);
  if (status !== 0) throw new Error(`'${[program, ...args].join(" ")}' ended with ${status}:\n${said.join("")}`);
}
