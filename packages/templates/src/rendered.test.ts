import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderTemplate, stepView, type View } from "./index.js";

// What templates make is put into a project as a user has one, and judged there by the tools that a user has.

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

const step = (name: string, ...reads: string[]): View => stepView({ name, reads });

/** For each thing that there are templates of, what is made of them. */
const THINGS: Readonly<Record<string, readonly View[]>> = {
  step: [
    step("step-a"),
    step("charge", "orderId", "reserve-output"),
    step("a", "a"),
    step("step_a", "1", "größe", "a.b", "two words", "50%", "%s", "$&", "{{name}}", "*", "-"),
    step("STEP", `${"n".repeat(64)}-output`),
    step("1st", "constructor", "toString", "hasOwnProperty", "valueOf"),
    step("n".repeat(64)),
    step(`${"m".repeat(63)}1`, "true", "null", "class"),
    step("1".repeat(64), "z"),
    step("-0"),
    ...["constructor", "class", "toString", "await", "undefined", "fetch", "enum", "module"].map((name) => step(name)),
    ...["z", "test", "expect", "sidecar", "result", "define-step", "test-step"].map((name) => step(name, name)),
  ],
};

/** Each breaks a step in another way; the test beside it has to notice. */
const BREAKS: Readonly<Record<string, (source: string) => string>> = {
  "another output": (source) => source.replace('"ok"', '"ko"'),
  "an error": (source) => source.replace("return {", "if (Date.now() > 0) throw new Error(); return {"),
  "another key": (source) => source.replace("{ name:", '{ outputKey: "elsewhere", name:'),
  "another name": (source) => source.replace('{ name: "', '{ name: "x'),
  "input not required": (source) => source.replace("z.unknown()", "z.unknown().optional()"),
  "input of another type": (source) => source.replace("z.unknown()", "z.number()"),
};

let project: string;
const rendered: string[] = [];

const inProject = (path: string): string => join(project, path);

function put(path: string, content: string): void {
  mkdirSync(dirname(inProject(path)), { recursive: true });
  writeFileSync(inProject(path), content);
}

beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), "sfs3-rendered-")));
  symlinkSync(join(ROOT, "node_modules"), inProject("node_modules"), "junction");
  put("package.json", JSON.stringify({ type: "module" }));
  for (const [thing, views] of Object.entries(THINGS)) {
    for (const { path, content } of views.flatMap((view) => renderTemplate(thing, view))) {
      rendered.push(`src/${thing}s/${path}`);
      put(`src/${thing}s/${path}`, content);
    }
  }
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

test("everything that there are templates of is rendered here, each file under a path of its own", () => {
  expect(Object.keys(THINGS)).toEqual(readdirSync(join(ROOT, "packages/templates/templates")));
  expect(new Set(rendered).size).toBe(2 * (THINGS.step?.length ?? 0));
});

test("it type-checks under the strictest settings, and a step fits only a flow that has what it reads", () => {
  put(
    "src/flow.ts",
    `import { flow } from "@sfs3/sdk/flow";
     import * as z from "zod";
     import { charge } from "./steps/charge.js";
     const input = z.object({ orderId: z.string(), "reserve-output": z.object({ reserved: z.boolean() }) });
     export const orders = flow("Orders", { input, topicRoot: "orders" }).step(charge);
     // @ts-expect-error nothing here writes reserve-output
     flow("Orders", { input: input.pick({ orderId: true }), topicRoot: "orders" }).step(charge);`,
  );

  expect(typeErrors(["src/flow.ts", ...rendered])).toBe("");
});

test("it is formatted and linted as this repository is", () => {
  const biome = join(ROOT, "node_modules/@biomejs/biome/bin/biome");
  const options = ["--error-on-warnings", "--vcs-enabled=false", `--config-path=${ROOT}`];

  const args = [biome, "check", ...options, ...rendered];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });

  expect(status, stdout + stderr).toBe(0);
  expect(stdout + stderr).toContain(`Checked ${rendered.length} files`);
});

test("it passes its own tests, which fail when the step breaks", () => {
  for (const [index, breakIt] of Object.values(BREAKS).entries()) {
    put(`broken-${index}/charge.ts`, breakIt(readFileSync(inProject("src/steps/charge.ts"), "utf8")));
    put(`broken-${index}/charge.test.ts`, readFileSync(inProject("src/steps/charge.test.ts"), "utf8"));
  }

  const results = runVitest();

  const unexpected = results.filter(({ file, status }) => (status === "failed") !== file.startsWith("broken-"));
  expect(unexpected).toEqual([]);
  expect(results).toHaveLength(rendered.length / 2 + Object.keys(BREAKS).length);
});

function typeErrors(files: readonly string[]): string {
  const settings = ["base", "test"].map(
    (name) => ts.readConfigFile(join(ROOT, `tsconfig.${name}.json`), ts.sys.readFile).config.compilerOptions,
  );
  const { options } = ts.convertCompilerOptionsFromJson(Object.assign({}, ...settings), project);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(files.map(inProject), options));
  return ts.formatDiagnostics(diagnostics, ts.createCompilerHost(options));
}

interface VitestResult {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[];
}

function runVitest() {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--root", project, "--reporter=json", "--no-isolate", "--maxWorkers=1"];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")));
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, env, encoding: "utf8" });
  expect(stdout, stderr).toMatch(/^\{/);
  const { testResults } = JSON.parse(stdout) as { testResults: VitestResult[] };
  return testResults.map(({ name, status, message, assertionResults }) => ({
    file: relative(project, name),
    status,
    why: [message, ...assertionResults.flatMap(({ failureMessages }) => failureMessages)].join("\n"),
  }));
}
