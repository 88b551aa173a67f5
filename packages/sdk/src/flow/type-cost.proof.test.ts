import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

/** Type instantiations that the compiler may spend on a flow of 200 steps. A legitimate rise edits this number. */
const MAX_INSTANTIATIONS = 900_000;

const HERE = dirname(fileURLToPath(import.meta.url));

/** Modules that stand beside this one, of one program, so that what both import is read once; none is written. */
function programOf(sources: Readonly<Record<string, string>>) {
  const config = ts.readConfigFile(join(HERE, "../../../../tsconfig.test.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, join(HERE, "../../../.."));
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  const { fileExists, getSourceFile, readFile } = host;
  const texts = new Map(Object.entries(sources).map(([name, text]) => [join(HERE, name), text]));
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, target) => {
    const text = texts.get(path);
    return text === undefined ? getSourceFile.call(host, path, target) : ts.createSourceFile(path, text, target);
  };
  return ts.createProgram([...texts.keys()], options, host);
}

function chainOf(steps: number, lastReads: string): string {
  const definitions = Array.from({ length: steps }, (_, index) => {
    const reads =
      index === 0 ? "foo: z.string()" : index === steps - 1 ? lastReads : `"step-${index - 1}-output": output`;
    return `const step${index} = defineStep(z.object({ ${reads} }), output, () => ({ n: ${index} }), { name: "step-${index}" });`;
  });
  const calls = Array.from({ length: steps }, (_, index) => `  .step(step${index})`);
  return [
    'import * as z from "zod";',
    'import { defineStep } from "../define-step.js";',
    'import { flow } from "./index.js";',
    "const output = z.object({ n: z.number() });",
    ...definitions,
    'export const long = flow("Long", { input: z.object({ foo: z.string() }) })',
    `${calls.join("\n")};`,
  ].join("\n");
}

const program = programOf({
  "two-hundred-steps.ts": chainOf(200, '"step-198-output": output'),
  "two-hundred-steps-and-a-mistake.ts": chainOf(200, '"step-999-output": output'),
});

/** The compiler's words about one of the modules, and how many instantiations they took. */
function check(name: string): { readonly messages: readonly string[]; readonly instantiations: number } {
  const before = program.getInstantiationCount();
  const messages = ts
    .getPreEmitDiagnostics(program, program.getSourceFile(join(HERE, name)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  return { messages, instantiations: program.getInstantiationCount() - before };
}

test("a flow of 200 steps compiles within its budget", () => {
  const { messages, instantiations } = check("two-hundred-steps.ts");

  expect(messages).toEqual([]);
  expect(instantiations).toBeLessThan(MAX_INSTANTIATIONS);
});

test("the error for a key that nobody writes names step and key, also at the end of 200 steps", () => {
  const { messages } = check("two-hundred-steps-and-a-mistake.ts");

  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain("'step-199' reads 'step-999-output', which nothing before it writes");
});
