import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineStep } from "@sfs3/sdk";
import fc from "fast-check";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { main } from "../main.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "sfs3-new-step-"));
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

async function sfs3(...args: string[]) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const exitCode = await main(args, {
    cwd: project,
    env: {},
    stdin: (async function* () {})(),
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    signal: new AbortController().signal,
  });
  return { exitCode, stdout: stdout.join(""), stderr: stderr.join("") };
}

const inProject = (path: string): string => join(project, path);
const filesBelow = (path: string): readonly string[] =>
  readdirSync(inProject(path), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
const textOf = (path: string): string => readFileSync(inProject(path), "utf8");

describe("what is written", () => {
  const STEPS = [
    { name: "step-a" },
    { name: "charge", reads: "orderId,reserve-output" },
    { name: "a", reads: "a" },
    { name: "step_a", reads: "1,größe,a.b,two words,constructor,toString,hasOwnProperty,50%,%s,$&,{{name}},é" },
    { name: "STEP", reads: `${"n".repeat(64)}-output` },
    { name: "1st" },
    { name: "n".repeat(64) },
    { name: `${"m".repeat(63)}1`, reads: "-" },
    { name: "1".repeat(64), reads: "true,null,class,z" },
    { name: "-0" },
    ...["constructor", "class", "toString", "await", "undefined", "fetch", "enum", "module"].map((name) => ({ name })),
    ...["z", "test", "expect", "sidecar", "result", "define-step", "test-step", "error", "document"].map((name) => ({
      name,
      reads: name,
    })),
  ];

  /** Each breaks a step in another way; the test beside it has to notice. */
  const BREAKS = {
    "another output": (source: string) => source.replaceAll('"ok"', '"ko"'),
    "an error": (source: string) => source.replace("return {", "if (Date.now() > 0) throw new Error(); return {"),
    "another key": (source: string) => source.replace("{ name:", '{ outputKey: "elsewhere", name:'),
    "another name": (source: string) => source.replace('{ name: "', '{ name: "x'),
    "input not required": (source: string) => source.replace("z.unknown()", "z.unknown().optional()"),
    "input of another type": (source: string) => source.replace("z.unknown()", "z.number()"),
  };

  let talk: string;

  beforeEach(async () => {
    symlinkSync(join(ROOT, "node_modules"), inProject("node_modules"), "junction");
    writeFileSync(inProject("package.json"), JSON.stringify({ type: "module" }));
    for (const { name, reads } of STEPS as { name: string; reads?: string }[]) {
      const options = reads === undefined ? [] : [`--reads=${reads}`];
      const { stderr, exitCode } = await sfs3("new", "step", ...options, "--", name);
      expect(exitCode, stderr).toBe(0);
      if (name === "charge") talk = stderr;
    }
  });

  test("type-checks under the strictest settings, in a flow as the command says it is added", () => {
    const [imported = "", added = ""] = talk.split("\n").filter((line) => /^ {2}(import|\.step)/.test(line));
    const input = 'z.object({ orderId: z.string(), "reserve-output": z.object({ reserved: z.boolean() }) })';
    writeFileSync(
      inProject("src/flow.ts"),
      `import { flow } from "@sfs3/sdk/flow";
       import * as z from "zod";
       ${imported}
       export const orders = flow("Orders", { input: ${input}, topicRoot: "orders" })${added};
       // @ts-expect-error the step reads what nothing writes here
       flow("Orders", { input: z.object({ orderId: z.string() }), topicRoot: "orders" })${added};`,
    );

    expect(filesBelow("src/steps")).toHaveLength(2 * STEPS.length);
    expect(typeErrors()).toBe("");
  });

  test("is formatted and linted as this repository is", () => {
    const biome = join(ROOT, "node_modules/@biomejs/biome/bin/biome");
    const args = ["check", "--error-on-warnings", "--vcs-enabled=false", `--config-path=${ROOT}`, "src"];

    const { status, stdout, stderr } = spawnSync(process.execPath, [biome, ...args], {
      cwd: project,
      encoding: "utf8",
    });

    expect(status, stdout + stderr).toBe(0);
    expect(stdout + stderr).toContain(`Checked ${2 * STEPS.length} files`);
  });

  test("passes its own tests, which fail when the step breaks", () => {
    for (const [index, breakIt] of Object.values(BREAKS).entries()) {
      mkdirSync(inProject(`broken-${index}`));
      writeFileSync(inProject(`broken-${index}/charge.ts`), breakIt(textOf("src/steps/charge.ts")));
      writeFileSync(inProject(`broken-${index}/charge.test.ts`), textOf("src/steps/charge.test.ts"));
    }

    const results = runVitest();

    const unexpected = results.filter(({ file, status }) => (status === "failed") !== file.startsWith("broken-"));
    expect(results).toHaveLength(STEPS.length + Object.keys(BREAKS).length);
    expect(unexpected).toEqual([]);
  });

  function typeErrors(): string {
    const settings = ["base", "test"].map(
      (name) => ts.readConfigFile(join(ROOT, `tsconfig.${name}.json`), ts.sys.readFile).config.compilerOptions,
    );
    const { options } = ts.convertCompilerOptionsFromJson(Object.assign({}, ...settings), project);
    const files = ["src/flow.ts", ...filesBelow("src/steps").map((file) => `src/steps/${file}`)].map(inProject);
    const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(files, options));
    return ts.formatDiagnostics(diagnostics, ts.createCompilerHost(options));
  }

  function runVitest() {
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const args = [vitest, "run", "--root", project, "--reporter=json", "--no-isolate", "--maxWorkers=1"];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")));
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, env, encoding: "utf8" });
    expect(stdout, stderr).toMatch(/^\{/);
    const { testResults } = JSON.parse(stdout) as { testResults: VitestResult[] };
    return testResults.map(({ name, status, message, assertionResults }) => ({
      file: name.split(`${basename(project)}/`)[1] ?? name,
      status,
      why: [message, ...assertionResults.flatMap(({ failureMessages }) => failureMessages)].join("\n"),
    }));
  }

  interface VitestResult {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[];
  }
});

describe("names", () => {
  const REFUSED = [
    ["überprüfung", "uberprufung"],
    ["step a", "step-a"],
    ["../escape", "escape"],
    ["a/b", "a-b"],
    ["step.a", "step-a"],
    ["", "step-a"],
    ["---", "step-a"],
    ["__proto__", "proto"],
    ["x".repeat(65), "x".repeat(64)],
    ["café", "cafe"],
    ['";process.exit()//', "process-exit"],
  ] as const;

  test.each(REFUSED)("'%s' is refused, and '%s' suggested", async (name, suggestion) => {
    const { exitCode, stderr } = await sfs3("new", "step", "--", name);

    expect(exitCode).toBe(1);
    expect(stderr).toContain(`'${name}' cannot name a step`);
    expect(stderr).toMatch(new RegExp(`Try: sfs3 new step ${suggestion}\n$`));
    expect(filesBelow(".")).toEqual([]);
  });

  const IDENTIFIERS = [
    ["step-a", "stepA"],
    ["step_a", "stepA"],
    ["STEP", "step"],
    ["reserveStock", "reserveStock"],
    ["1st", "step1st"],
    ["class", "stepClass"],
    ["constructor", "stepConstructor"],
    ["fetch", "stepFetch"],
    ["test-step", "stepTestStep"],
  ] as const;

  test.each(IDENTIFIERS)("the step '%s' is exported as %s", async (name, identifier) => {
    const { stdout } = await sfs3("new", "step", name, "--dry-run");

    expect(stdout).toContain(`export const ${identifier} = defineStep(`);
    expect(stdout).toContain(`import { ${identifier} } from "./${name}.js";`);
  });

  test("whatever the name and the keys, the files parse, and the step's name is one that the SDK accepts", async () => {
    const name = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), fc.string({ unit: "grapheme", maxLength: 70 }));
    const keys = fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(name, keys, async (stepName, reads) => {
        const options = reads.length === 0 ? [] : [`--reads=${reads.join(",")}`];
        const { exitCode, stdout, stderr } = await sfs3("new", "step", "--dry-run", ...options, "--", stepName);
        if (exitCode === 0) expect(syntaxErrors(stdout)).toEqual([]);
        else expect(stderr).toMatch(/cannot name a step|--reads: /);
        if (!stderr.includes("cannot name a step")) expect(define(stepName).options.name).toBe(stepName);
      }),
      { numRuns: 200 },
    );
  });

  const define = (name: string) => defineStep(z.object({}), z.object({}), () => ({}), { name });

  const syntaxErrors = (source: string) =>
    ts.transpileModule(source, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ES2022 } })
      .diagnostics ?? [];
});

describe("keys to read", () => {
  test.each([
    ["a,,b", "'' cannot be written"],
    ["__proto__", "'__proto__' cannot be written"],
    ["$sfs3", "'$sfs3' cannot be written"],
    ['a"b', "cannot be written"],
    ["a\\b", "cannot be written"],
    ["a\nb", "cannot be written"],
    ["charge-output", "'charge-output' is what the step itself writes"],
  ])("%j is refused", async (reads, message) => {
    const { exitCode, stderr } = await sfs3("new", "step", "charge", `--reads=${reads}`);

    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(filesBelow(".")).toEqual([]);
  });

  test("each is required once, however often and with whatever space it is given", async () => {
    const { stdout } = await sfs3("new", "step", "charge", "--reads", "orderId, orderId ,total", "--dry-run");

    expect(stdout.match(/\S+: z\.unknown\(\)/g)).toEqual(["orderId: z.unknown()", "total: z.unknown()"]);
  });
});

describe("writing", () => {
  test("says which files were made and what to add to the flow", async () => {
    const { stdout, stderr } = await sfs3("new", "step", "charge", "--dir", "src/orders/steps", "--reads", "orderId");

    expect(filesBelow("src/orders/steps")).toEqual(["charge.test.ts", "charge.ts"]);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      `Written: ${join("src/orders/steps/charge.test.ts")}, ${join("src/orders/steps/charge.ts")}`,
    );
    expect(stderr).toContain(`after the steps that write orderId. In ${join("src/orders/flow.ts")}:`);
    expect(stderr).toContain('  import { charge } from "./steps/charge.js";\n\n  .step(charge)\n');
  });

  test.each(["charge.ts", "charge.test.ts"])("never overwrites %s, and writes nothing beside it", async (existing) => {
    mkdirSync(inProject("src/steps"), { recursive: true });
    writeFileSync(inProject(`src/steps/${existing}`), "mine");

    for (const options of [[], ["--dry-run"]]) {
      const { exitCode, stdout, stderr } = await sfs3("new", "step", "charge", ...options);

      expect(exitCode).toBe(1);
      expect(stdout).toBe("");
      expect(stderr).toContain(`${join("src/steps", existing)} exists already; nothing was written`);
    }
    expect(filesBelow("src/steps")).toEqual([existing]);
    expect(textOf(`src/steps/${existing}`)).toBe("mine");
  });

  test("takes the first file back when the second turns out to be there after all", async () => {
    mkdirSync(inProject("src/steps"), { recursive: true });
    // A link that leads nowhere is not found when looked for, and cannot be created either.
    symlinkSync(inProject("nowhere"), inProject("src/steps/charge.ts"));

    const { exitCode, stderr } = await sfs3("new", "step", "charge");

    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${join("src/steps/charge.ts")} cannot be written; nothing was. EEXIST`);
    expect(filesBelow(".")).toEqual(["charge.ts"]);
  });

  test("is refused where the folder is a file", async () => {
    writeFileSync(inProject("src"), "mine");

    const { exitCode, stderr } = await sfs3("new", "step", "charge");

    expect(exitCode).toBe(1);
    expect(stderr).toContain("cannot be written; nothing was. ENOTDIR");
    expect(textOf("src")).toBe("mine");
  });

  test("does not happen in a dry run, which prints what the real one writes", async () => {
    const { exitCode, stdout, stderr } = await sfs3("new", "step", "charge", "--reads", "orderId", "--dry-run");

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(filesBelow(".")).toEqual([]);
    await sfs3("new", "step", "charge", "--reads", "orderId");
    const paths = ["src/steps/charge.test.ts", "src/steps/charge.ts"];
    expect(stdout).toBe(paths.map((path) => `// ${join(path)}\n${textOf(path)}`).join("\n"));
  });
});

describe("templates of the project", () => {
  const own = (name: string, text: string) => {
    mkdirSync(inProject(".sfs3/templates/step"), { recursive: true });
    writeFileSync(inProject(`.sfs3/templates/step/${name}`), text);
  };

  test("take the place of those that have the same name", async () => {
    own("{{name}}.ts.mustache", "export const {{identifier}} = 1;\n");

    await sfs3("new", "step", "charge");

    expect(textOf("src/steps/charge.ts")).toBe("export const charge = 1;\n");
    expect(textOf("src/steps/charge.test.ts")).toContain("testStep(charge");
  });

  test("that ask for what there is not are refused by name, and nothing is written", async () => {
    own("{{name}}.md.mustache", "{{author}}");

    const { exitCode, stderr } = await sfs3("new", "step", "charge");

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/\{\{name\}\}\.md\.mustache asks for 'author', which the view lacks/);
    expect(filesBelow(".")).toEqual(["{{name}}.md.mustache"]);
  });
});
