import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineStep } from "@sfs3/sdk";
import fc from "fast-check";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { main } from "../main.js";

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
    expect(stderr).toContain(`${join("src/steps/charge.ts")} cannot be written: EEXIST`);
    expect(filesBelow(".")).toEqual(["charge.ts"]);
  });

  test("is refused where the folder is a file", async () => {
    writeFileSync(inProject("src"), "mine");

    const { exitCode, stderr } = await sfs3("new", "step", "charge");

    expect(exitCode).toBe(1);
    expect(stderr).toContain("cannot be written: ENOTDIR");
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
