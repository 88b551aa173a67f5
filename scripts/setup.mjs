import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Stamps tell what the installed packages and the build were made from. They live where a clean install removes them. */
const STAMPS = join(ROOT, "node_modules", ".sfs3");

/** Output of set-up is talk; standard output belongs to the command that follows. */
const TALK = ["ignore", 2, 2];

/**
 * Installs what the lockfile names and builds what is stale; does nothing, in milliseconds, where nothing has changed.
 */
export function setUp() {
  checkNode();
  const workspaces = foldersBelow("packages", "examples").concat("bench");
  const manifests = workspaces.map((folder) => join(folder, "package.json"));
  const packages = foldersBelow("packages").filter((folder) => existsSync(join(ROOT, folder, "src")));
  unlessStamped("installed", {
    inputs: ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests],
    outputs: workspaces.filter(hasDependencies).map((folder) => join(folder, "node_modules")),
    make: install,
  });
  unlessStamped("built", {
    inputs: ["pnpm-lock.yaml", "tsconfig.base.json", ...packages.flatMap(sourcesOf)],
    outputs: packages.map((folder) => join(folder, "dist", "index.js")),
    make: () => build(packages),
  });
}

/** Runs a command in the root; ends this process with its exit code where it fails. */
export function run(command, args, options = {}) {
  const status = statusOf(command, args, options);
  if (status !== 0) process.exit(status);
}

/** Runs a command in the root. */
export function statusOf(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", ...options });
  if (error !== undefined) throw error;
  return status ?? (signal === "SIGINT" ? 130 : 1);
}

/** What runs an installed command-line tool without a shell and a PATH: to be spread into {@link run}. */
export function tool(packageName, ...args) {
  const [, folder, bin] = /^((?:@[^/]+\/)?[^/:]+)(?::(.+))?$/.exec(packageName);
  const manifest = JSON.parse(readFileSync(join(ROOT, "node_modules", folder, "package.json"), "utf8"));
  const entry = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[bin ?? folder.split("/").at(-1)];
  return [process.execPath, [join(ROOT, "node_modules", folder, entry), ...args]];
}

/** What runs the pinned pnpm, wherever npm is installed: to be spread into {@link run}. */
export function pnpm(...args) {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const onWindows = process.platform === "win32";
  const options = { shell: onWindows, env: { ...process.env, CI: "true" }, stdio: TALK };
  return [onWindows ? "npx.cmd" : "npx", ["--yes", packageManager, ...args], options];
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 ? major < 25 : major === 20 && minor >= 19) return;
  console.error(`sfs3 needs Node.js (20.19 or newer, below 25); this is ${process.version}.`);
  process.exit(1);
}

function install() {
  console.error("Setting up: installing what pnpm-lock.yaml names");
  run(...pnpm("install", "--frozen-lockfile"));
}

function build(packages) {
  console.error("Setting up: building");
  for (const folder of packages) prune(folder);
  run(...tool("typescript:tsc", "-b", ...packages), { stdio: TALK });
}

/** The compiler leaves behind what it made from sources that are gone, and trusts its notes about files that are gone. */
function prune(folder) {
  const dist = join(ROOT, folder, "dist");
  if (!existsSync(join(dist, "index.js"))) return rmSync(dist, { recursive: true, force: true });
  for (const path of filesBelow(join(folder, "dist"))) {
    const compiled = /^(.+?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(relative(join(folder, "dist"), path));
    if (compiled !== null && !existsSync(join(ROOT, folder, "src", `${compiled[1]}.ts`))) rmSync(join(ROOT, path));
  }
}

/** A stamp is written last and removed first, so that what was interrupted is made again. */
function unlessStamped(name, { inputs, outputs, make }) {
  const stamp = join(STAMPS, name);
  const hash = hashOf(inputs);
  const intact = outputs.every((path) => existsSync(join(ROOT, path)));
  if (intact && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  rmSync(stamp, { force: true });
  make();
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stamp, hash);
}

function foldersBelow(...parents) {
  return parents.flatMap((parent) =>
    readdirSync(join(ROOT, parent))
      .map((name) => join(parent, name))
      .filter((folder) => existsSync(join(ROOT, folder, "package.json"))),
  );
}

function hasDependencies(folder) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  return Object.keys({ ...dependencies, ...devDependencies }).length > 0;
}

function sourcesOf(folder) {
  return [join(folder, "tsconfig.json"), ...filesBelow(join(folder, "src")).filter((path) => path.endsWith(".ts"))];
}

function filesBelow(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)));
}

function hashOf(paths) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const path of [...paths].sort()) hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest("hex");
}
