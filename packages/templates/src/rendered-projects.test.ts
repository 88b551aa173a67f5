import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JudgedProject, makeProject, ROOT } from "./fixtures/make-project.js";
import {
  type Deployment,
  firstStepView,
  processView,
  projectView,
  renderTemplate,
  type TemplateFile,
} from "./index.js";

const NPM = { name: "npm", script: "npm", exec: "npx" };
const BUN = { name: "bun", script: "bun run", exec: "bunx" };

/** Names of a process and its first step. */
const PROCESSES: readonly (readonly [name: string, step: string])[] = [
  ["orders", "reserve"],
  ["order-intake", "validate-input"],
  ["class", "await"],
  ["1st", "2nd"],
  ["constructor", "toString"],
  ["flow", "flows"],
  ["flows", "flow"],
  ["same", "same"],
  ["z", "test"],
  ["input", "sidecar"],
  ["n".repeat(57), "n".repeat(64)],
  ["0".repeat(57), "-0"],
];

/** Where names this long break lines is left to the user's formatter. */
const isLong = (path: string): boolean => /[n0]{57}/.test(path);

const ORDERS = processView({ name: "orders", step: "reserve" });

const projectOf = (deployment: Deployment, packageManager = NPM) =>
  projectView({ name: "my-app", process: ORDERS, deployment, packageManager, sfs3Version: "^0.1.0" });

const below = (folder: string, files: readonly TemplateFile[]) =>
  files.map(({ path, content }) => ({ path: `${folder}/${path}`, content }));

const processFiles = ([name, step]: (typeof PROCESSES)[number]) => {
  const view = processView({ name, step });
  const stepFiles = below("steps", renderTemplate("step", firstStepView(view)));
  return below(`src/${name}`, [...renderTemplate("process", view), ...stepFiles]);
};

const FILES = [
  ...renderTemplate("project", projectOf("cdk")),
  ...renderTemplate("project-cdk", projectOf("cdk")),
  ...below("other", renderTemplate("project", projectOf("serverless", BUN))),
  ...renderTemplate("project-serverless", projectOf("serverless")),
  ...renderTemplate("project-pnpm", projectOf("serverless")),
  ...renderTemplate("project-yarn", projectOf("serverless")),
  ...PROCESSES.flatMap(processFiles),
];

/** Each breaks a process in another way; the test of its flow has to notice. */
const BREAKS: Readonly<Record<string, readonly [file: string, breakIt: (source: string) => string]>> = {
  "a step fails": [
    "src/orders/steps/reserve.ts",
    (source) => source.replace("return {", "if (Date.now() > 0) throw new Error(); return {"),
  ],
  "an output of another name": [
    "src/orders/steps/reserve.ts",
    (source) => source.replace("{ name:", '{ outputKey: "elsewhere", name:'),
  ],
  "an input that the example is not": ["src/orders/input.ts", (source) => source.replace("z.string()", "z.number()")],
};

let project: JudgedProject;

beforeAll(() => {
  project = makeProject();
  for (const { path, content } of FILES) project.put(path, content);
});

afterAll(() => project.remove());

test("every template is rendered here or as a step, each file under a path of its own", () => {
  const things = ["process", "project", "project-cdk", "project-pnpm", "project-serverless", "project-yarn", "step"];

  expect(readdirSync(join(ROOT, "packages/templates/templates")).sort()).toEqual(things);
  expect(new Set(FILES.map(({ path }) => path)).size).toBe(FILES.length);
});

test("it type-checks under the strictest settings", () => {
  // The CDK's types take as long as all else; scripts/check-scaffold.mjs compiles its app in a whole project.
  const sources = FILES.map(({ path }) => path).filter((path) => /^src.+\.ts$/.test(path));

  expect(project.typeErrors(sources)).toBe("");
});

test("it is formatted and linted as this repository is", () => {
  const files = FILES.map(({ path }) => path).filter((path) => /\.(ts|cjs|json)$/.test(path) && !isLong(path));

  const { status, said } = project.lint(files);

  expect(status, said).toBe(0);
  expect(said).toContain(`Checked ${files.length} files`);
});

test("every process passes its tests, which fail when it breaks", () => {
  for (const [index, [file, breakIt]] of Object.values(BREAKS).entries()) {
    for (const { path, content } of processFiles(["orders", "reserve"])) {
      if (!path.includes("reserve.test"))
        project.put(`broken-${index}/${path}`, path === file ? breakIt(content) : content);
    }
  }

  const results = project.runTests();

  const unexpected = results.filter(({ file, status }) => (status === "failed") !== file.startsWith("broken-"));
  expect(unexpected).toEqual([]);
  expect(results).toHaveLength(2 * PROCESSES.length + Object.keys(BREAKS).length);
});

describe("a project's package.json", () => {
  const manifests = ["package.json", "other/package.json"].map((path) => {
    const file = FILES.find((each) => each.path === path);
    return JSON.parse(file?.content ?? "") as Record<string, Record<string, string>>;
  });
  const versions = Object.assign({}, ...manifests.flatMap((each) => [each.dependencies, each.devDependencies]));

  /** What this repository tests with: the root's packages, the workspace's catalog, and the CDK's own. */
  const tested = (): Readonly<Record<string, string>> => {
    const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");
    const devDependencies = (path: string) => JSON.parse(textOf(path)).devDependencies as Record<string, string>;
    const catalog = textOf("pnpm-workspace.yaml").matchAll(/^ {2}"?([^":\s]+)"?: (\S+)$/gm);
    return {
      ...devDependencies("packages/cdk/package.json"),
      ...devDependencies("package.json"),
      ...Object.fromEntries([...catalog].map(([, name, version]) => [name, version])),
    };
  };

  /** Nothing here uses these; scripts/check-scaffold.mjs tests with the very version of the template. */
  const OF_PROJECTS_ONLY = ["aws-cdk", "osls", "serverless-esbuild", "serverless-step-functions", "tsx"];

  test("names the versions that this repository tests with", () => {
    const shared = Object.keys(versions).filter(
      (name) => !name.startsWith("@sfs3/") && !OF_PROJECTS_ONLY.includes(name),
    );

    expect(shared.length).toBeGreaterThan(6);
    expect(Object.fromEntries(shared.map((name) => [name, versions[name]]))).toEqual(
      Object.fromEntries(shared.map((name) => [name, tested()[name]])),
    );
  });

  test("names single versions of what only projects use, and the sfs3 packages of the view", () => {
    for (const name of OF_PROJECTS_ONLY) expect(versions[name]).toMatch(/^\d+\.\d+\.\d+$/);
    expect([versions["@sfs3/sdk"], versions["@sfs3/cli"], versions["@sfs3/cdk"]]).toEqual(Array(3).fill("^0.1.0"));
  });

  test("runs scripts by the package manager that was chosen", () => {
    expect(manifests.map(({ scripts }) => scripts?.synth)).toEqual([
      "npm run gen-asl && cdk synth --quiet",
      "bun run gen-asl && osls package",
    ]);
  });
});
