import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pack } from "./pack.mjs";
import { ROOT, setUp, statusOf, tool } from "./setup.mjs";

/**
 * The packages as a user of npm meets them: packed, judged by publint and attw, then installed in an empty folder, where
 * the README's example is written, type-checked, tested, generated and run.
 */
const CONTENTS = [
  /^(?:package\.json|README\.md|LICENSE)$/,
  /^dist\/.+\.(?:js|js\.map|d\.ts)$/,
  /^bin\/.+\.js$/,
  /^templates\//,
];
const TESTS = /^dist\/.*(?:\.test\.|\.test-d\.|(?:^|\/)fixtures\/)/;
const REQUIRED = ["package.json", "README.md", "LICENSE"];
const REQUIRED_OF_LIBRARIES = ["dist/index.js", "dist/index.d.ts"];

/** Beside the packages: what the README's example imports, and what compiles and tests it. */
const STRANGERS_TOOLS = ["zod", "typescript", "@types/node", "vitest", "aws-sdk-client-mock", "@smithy/util-stream"];

const TSCONFIG = {
  compilerOptions: {
    target: "ES2022",
    module: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  },
  include: ["*.ts"],
};

setUp();
const folder = mkdtempSync(join(tmpdir(), "sfs3-packages-"));
try {
  const tarballs = pack(join(folder, "tarballs"));
  const problems = tarballs.flatMap((tarball) => judge(tarball));
  if (problems.length === 0) problems.push(...asAStranger(join(folder, "stranger"), tarballs));
  for (const problem of problems) console.error(`check-packages: ${problem}`);
  console.log(`check-packages: ${tarballs.length} packages, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function judge(tarball) {
  const unpacked = `${tarball}-unpacked`;
  mkdirSync(unpacked);
  if (statusOf("tar", ["-xzf", tarball, "-C", unpacked]) !== 0) return [`${tarball} cannot be unpacked.`];
  const root = join(unpacked, "package");
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    );
  console.log(`${basename(tarball)}: ${paths.length} files, ${statSync(tarball).size} bytes`);
  // What is a command only has nothing to import, and so no types.
  const isLibrary = "exports" in JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const required = isLibrary ? [...REQUIRED, ...REQUIRED_OF_LIBRARIES] : REQUIRED;
  const surplus = paths.filter((path) => TESTS.test(path) || !CONTENTS.some((allowed) => allowed.test(path)));
  return [
    ...required.filter((path) => !paths.includes(path)).map((path) => `${tarball} lacks ${path}`),
    ...surplus.map((path) => `${tarball} holds ${path}, which no user needs`),
    ...paths
      .filter((path) => path.endsWith(".js.map") && !hasItsSources(join(root, path)))
      .map((path) => `${tarball}: ${path} points at sources that are not in it`),
    ...failureOf("publint", tool("publint", "run", tarball, "--strict")),
    ...(isLibrary
      ? failureOf("attw", tool("@arethetypeswrong/cli:attw", tarball, "--profile", "esm-only", "--no-emoji"))
      : []),
  ];
}

/** No source is shipped, so a map has to bring its own. */
function hasItsSources(path) {
  const { sources, sourcesContent = [] } = JSON.parse(readFileSync(path, "utf8"));
  return sources.length === sourcesContent.length && sourcesContent.every((content) => typeof content === "string");
}

function failureOf(name, [command, args]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: "utf8" });
  return status === 0 ? [] : [`${name}:\n${stdout}${stderr}`];
}

function asAStranger(cwd, tarballs) {
  mkdirSync(cwd);
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  writeFileSync(join(cwd, "tsconfig.json"), JSON.stringify(TSCONFIG));
  for (const [name, code] of exampleFiles()) writeFileSync(join(cwd, name), code);
  const versions = STRANGERS_TOOLS.map((name) => `${name}@${versionOf(name)}`);
  const steps = [
    ["npm", "install", "--no-audit", "--no-fund", ...tarballs, ...versions],
    ["npx", "--no", "--", "tsc", "-p", "."],
    ["npx", "--no", "--", "vitest", "run"],
    ["npx", "--no", "--", "sfs3", "gen-asl", "order.ts", "--validate"],
    ["npx", "--no", "--", "sfs3", "run", "order.ts", "--input", '{"orderId":"17","cents":5}'],
  ];
  const outputs = [];
  for (const [command, ...args] of steps) {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
    console.log(`${command} ${args.filter((arg) => !arg.endsWith(".tgz")).join(" ")}: ${status}`);
    if (status !== 0) return [`'${command} ${args.join(" ")}' ended with ${status}:\n${stdout}${stderr}`];
    outputs.push(stdout);
  }
  const [definition, sidecar] = outputs.slice(-2).map((text) => JSON.parse(text));
  return [
    ...(definition.StartAt === "charge"
      ? []
      : [`The definition starts at '${definition.StartAt}' instead of 'charge'.`]),
    ...(sidecar["ship-output"]?.parcel === "17/receipt-17" ? [] : [`The sidecar is ${JSON.stringify(sidecar)}.`]),
  ];
}

/** The README's blocks that name a file. */
function exampleFiles() {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  return [...readme.matchAll(/^```ts\n(\/\/ (\S+\.ts)\n[\s\S]*?)^```/gm)].map(([, code, name]) => [name, code]);
}

/** The version that the tests run with. */
function versionOf(name) {
  const owner = ["", "packages/sdk"].map((path) => join(ROOT, path, "node_modules", name, "package.json"));
  for (const path of owner) {
    try {
      return JSON.parse(readFileSync(path, "utf8")).version;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  throw new Error(`${name} is not installed in this workspace.`);
}
