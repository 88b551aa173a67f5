import { symlinkSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { type Project, useProject } from "../fixtures/use-project.js";
import loadBundle from "./load-bundle.js";
import { type BuildOutcome, openSources } from "./sources.js";

function open(project: Project, ...modules: readonly string[]) {
  const paths = modules.map(project.path);
  const sources = openSources({
    modules: paths,
    folder: project.path(".sfs3/code"),
    cwd: project.folder,
    color: false,
  });
  onTestFinished(sources.close);
  return sources;
}

const load = async (bundles: ReadonlyMap<string, string>, path: string) => loadBundle(bundles.get(path) ?? "");

test("a bundle does what its source does: its own address, JSON, CommonJS, packages, syntax of TypeScript", async () => {
  const project = useProject({
    "main.ts": `
      import { readFileSync } from "node:fs";
      import { dirname as parent } from "node:path";
      import { isFlow } from "@sfs3/sdk/flow";
      import data from "./data.json";
      import legacy from "./legacy.cjs";
      enum Colour { Red = "red" }
      export const url: string = import.meta.url;
      export const beside = readFileSync(new URL("./data.json", import.meta.url), "utf8");
      export const all = [data.one, legacy.name, legacy.sep, Colour.Red, typeof isFlow, parent("/a/b")] as const;`,
    "data.json": '{"one":1}',
    "legacy.cjs":
      'const { sep } = require("node:path"); module.exports = { name: __filename, sep, z: require("zod") };',
  });

  const exported = await load(await open(project, "main.ts").build(), project.path("main.ts"));

  expect(exported).toMatchObject({ url: `file://${project.path("main.ts")}`, beside: '{"one":1}' });
  expect(exported.all).toEqual([1, project.path("legacy.cjs"), "/", "red", "function", "/a"]);
});

test("modules that share one have the same instance of it, and of the packages that this command uses", async () => {
  const project = useProject({
    "a.ts": 'export { shared } from "./shared";',
    "b.ts": 'export { shared } from "./shared"; export { Sfs3Error } from "@sfs3/sdk";',
    "shared.ts": "export const shared = {};",
  });

  const bundles = await open(project, "a.ts", "b.ts").build();
  const [a, b] = [await load(bundles, project.path("a.ts")), await load(bundles, project.path("b.ts"))];

  expect(a.shared).toBe(b.shared);
  expect(b.Sfs3Error).toBe((await import("@sfs3/sdk")).Sfs3Error);
});

test("a change of anything that is imported, packages of the workspace included, gives bundles anew; the old ones stay", async () => {
  const project = useProject({
    "app/main.ts": 'export { text } from "./deep"; export { lib } from "lib";',
    "app/deep.ts": 'export const text = "one";',
    "lib/package.json": '{"name":"lib","type":"module","exports":"./index.ts"}',
    "lib/index.ts": 'export const lib = "one";',
    "app/node_modules/.keep": "",
  });
  symlinkSync(project.path("lib"), project.path("app/node_modules/lib"));
  const sources = open(project, "app/main.ts");
  const main = project.path("app/main.ts");
  const first = await sources.build();
  const outcomes: ((outcome: BuildOutcome) => void)[] = [];
  const next = () => new Promise<BuildOutcome>((resolve) => outcomes.push(resolve));
  const [again, changed] = [next(), next()];
  await sources.watch(async (outcome) => outcomes.shift()?.(outcome));
  expect(await again).toMatchObject({ bundles: first });

  writeFileSync(project.path("app/deep.ts"), 'export const text = "two";');
  const second = await changed;
  const broken = next();
  writeFileSync(project.path("lib/index.ts"), "export const lib = ;");
  const third = await broken;

  expect(await load(first, main)).toMatchObject({ text: "one", lib: "one" });
  expect("bundles" in second && (await load(second.bundles, main))).toMatchObject({ text: "two", lib: "one" });
  expect(third).toMatchObject({ broken: expect.stringContaining("lib/index.ts:1:19") });
});

test("the lines in a stack are those of the source", async () => {
  const project = useProject({
    "main.ts": 'interface Gone {\n  a: string;\n}\nexport const fail = (): Gone => {\n  throw new Error("here");\n};',
  });

  const { fail } = await load(await open(project, "main.ts").build(), project.path("main.ts"));

  const stack = (fail as () => unknown) && stackOf(fail as () => unknown);
  expect(stack).toContain(`${project.path("main.ts")}:5:`);
});

function stackOf(fail: () => unknown): string {
  try {
    fail();
    return "";
  } catch (error) {
    return error instanceof Error ? (error.stack ?? "") : "";
  }
}
