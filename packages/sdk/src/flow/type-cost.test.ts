import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

/** Type instantiations that the compiler may spend on a flow of 200 steps. A legitimate rise edits this number. */
const MAX_INSTANTIATIONS = 900_000;

const HERE = dirname(fileURLToPath(import.meta.url));

/** Compiles a module that stands beside this one, without writing it. */
function compile(source: string): { readonly messages: readonly string[]; readonly instantiations: number } {
  const path = join(HERE, "two-hundred-steps.ts");
  const config = ts.readConfigFile(join(HERE, "../../../../tsconfig.test.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, join(HERE, "../../../.."));
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  const { fileExists, getSourceFile, readFile } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.readFile = (name) => (name === path ? source : readFile(name));
  host.getSourceFile = (name, target) =>
    name === path ? ts.createSourceFile(name, source, target) : getSourceFile.call(host, name, target);
  const program = ts.createProgram([path], options, host);
  const messages = ts
    .getPreEmitDiagnostics(program, program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  return { messages, instantiations: program.getInstantiationCount() };
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

test("a flow of 200 steps compiles within its budget", () => {
  const { messages, instantiations } = compile(chainOf(200, '"step-198-output": output'));

  expect(messages).toEqual([]);
  expect(instantiations).toBeLessThan(MAX_INSTANTIATIONS);
});

test("the error for a key that nobody writes names step and key, also at the end of 200 steps", () => {
  const { messages } = compile(chainOf(200, '"step-999-output": output'));

  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain("'step-199' reads 'step-999-output', which nothing before it writes");
});
