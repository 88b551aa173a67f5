import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Stamps tell what the installed packages and the build were made from. They live where a clean install removes them. */
const STAMPS = join(ROOT, "node_modules", ".sfs3");

const PACKAGES = ["sdk", "local", "templates", "cli"];

/**
 * Installs what the lockfile names and builds what is stale; does nothing, in milliseconds, where nothing has changed.
 */
export function setUp() {
  checkNode();
  unlessStamped("installed", hashOf(["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests()]), install);
  unlessStamped("built", hashOf(sources()), build);
}

/** Runs a command in the root; ends this process with its exit code where it fails. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", ...options });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
}

/** Runs an installed command-line tool. */
export const runTool = (tool, args, options) => run(process.execPath, [toolPath(tool), ...args], options);

/** The JavaScript behind a tool's name, so that no shell and no PATH is needed. */
function toolPath(tool) {
  const [folder, bin = tool] = tool.split(":");
  const manifest = JSON.parse(readFileSync(join(ROOT, "node_modules", folder, "package.json"), "utf8"));
  const entry = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[bin.split("/").at(-1)];
  return join(ROOT, "node_modules", folder, entry);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 ? major < 25 : major === 20 && minor >= 19) return;
  console.error(`sfs3 needs Node.js >= 20.19 and < 25; this is ${process.version}.`);
  process.exit(1);
}

function install() {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  console.error(`Setting up: ${packageManager} install`);
  const npx = process.platform === "win32" ? "npx.cmd" : "npx";
  run(npx, ["--yes", packageManager, "install", "--frozen-lockfile"], {
    // Output of set-up is talk; standard output belongs to the command that follows.
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
    env: { ...process.env, CI: "true" },
  });
}

function build() {
  console.error("Setting up: building");
  for (const name of PACKAGES) rmSync(join(ROOT, "packages", name, "dist"), { recursive: true, force: true });
  runTool("typescript:tsc", ["-b"], { stdio: ["ignore", 2, 2] });
}

function unlessStamped(name, hash, make) {
  const stamp = join(STAMPS, name);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  make();
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stamp, hash);
}

const manifests = () => ["packages", "examples"].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => join(folder, name, "package.json")).filter((path) => existsSync(join(ROOT, path))),
).concat("bench/package.json");

const sources = () => [
  "tsconfig.base.json",
  "tsconfig.json",
  ...PACKAGES.flatMap((name) => [join("packages", name, "tsconfig.json"), ...filesBelow(join("packages", name, "src"))]),
];

const filesBelow = (folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)));

function hashOf(paths) {
  const hash = createHash("sha256").update(process.version);
  for (const path of [...paths].sort()) hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest("hex");
}
