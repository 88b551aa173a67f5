import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectNoPollution, hostileJson, hostileText, replaying } from "../../../fuzz/hostile.js";
import commandLines from "./fixtures/corpus/command-lines.json" with { type: "json" };
import names from "./fixtures/corpus/names.json" with { type: "json" };
import { module } from "./fixtures/modules.js";
import { sfs3, useProject } from "./fixtures/use-project.js";

/** Whatever is typed: a result, or a refusal in words. No stack, no file but in the project, no end of the process. */

const FLOW = { "flow.mjs": module('export const process = orders.step(step("reserve"));') };

const useNested = () => {
  const project = useProject({});
  const folder = project.path("outer/inner");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(FLOW)) writeFileSync(`${folder}/${name}`, text);
  const stray = () => [project.folder, project.path("outer")].map((path) => readdirSync(path).sort());
  return { stray, run: (args: readonly string[]) => sfs3(folder, args), folder };
};

const expectInWords = ({ exitCode, stderr }: { readonly exitCode: number; readonly stderr: string }) => {
  expect(exitCode).toBeLessThanOrEqual(3);
  if (exitCode !== 0) expect(stderr.trim()).not.toBe("");
  expect(stderr).not.toMatch(/^ {4}at .+:\d+:\d+\)?$/m);
};

describe("a name of any kind", () => {
  const what: fc.Arbitrary<readonly string[]> = fc.constantFrom(["new", "step"], ["new", "process"]);

  test("names files in the project, or is refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(what, hostileText), async ([command, name]) => {
        const { run, stray, folder } = useNested();
        const before = stray();

        const outcome = await run([...command, "--", name]);

        expectInWords(outcome);
        expect(stray()).toEqual(before);
        if (outcome.exitCode !== 0) expect(readdirSync(folder)).toEqual(["flow.mjs"]);
        expectNoPollution();
      }),
      replaying(names as [readonly string[], string][], 60),
    );
  });
});

describe("a command line of any kind", () => {
  const value = fc.oneof(
    hostileText,
    hostileJson.map((json) => JSON.stringify(json)),
    fc.constantFrom("flow.mjs", "orders", "", "-", "--"),
  );
  const option = fc.constantFrom(
    "--flow",
    "--input",
    "--json",
    "--all",
    "--format",
    "--against",
    "--validate",
    "--help",
    "--version",
    "--nothing",
    "-x",
  );
  const command = fc.constantFrom(
    "gen-asl",
    "graph",
    "check",
    "cost",
    "new",
    "run",
    "help",
    "lock",
    "__proto__",
    "constructor",
  );

  test("gives a result, or is refused in words", async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(command, fc.array(fc.oneof(value, option), { maxLength: 4 })), async ([name, rest]) => {
        const { run, stray } = useNested();
        const before = stray();

        expectInWords(await run([name, ...rest]));
        expect(stray()).toEqual(before);
        expectNoPollution();
      }),
      replaying(commandLines as [string, string[]][], 80),
    );
  });
});

describe("an input of any kind", () => {
  test("is run, or refused without being quoted", async () => {
    const { run } = useNested();
    const canary = "canary-7f3a";
    for (const input of [
      `{"foo":"${canary}`,
      `["${canary}"]`,
      `{"foo":1,"${canary}":"${canary}"}`,
      `{"foo":["${canary}"]}`,
    ]) {
      const outcome = await run(["run", "flow.mjs", "--input", input]);

      expectInWords(outcome);
      expect(outcome.exitCode).not.toBe(0);
      expect(outcome.stdout + outcome.stderr).not.toContain(canary);
    }
  });
});
