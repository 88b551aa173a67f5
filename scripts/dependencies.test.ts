import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** What is installed is what was looked at: nothing comes in a version that nobody has chosen. */

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Manifest {
  readonly private?: boolean;
  readonly packageManager?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const manifestOf = (folder: string) => JSON.parse(read(join(folder, "package.json"))) as Manifest;

const folders = ["packages", "examples"]
  .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(parent, name)))
  .filter((folder) => existsSync(join(ROOT, folder, "package.json")))
  .concat(".", "bench");

const VERSION = String.raw`\d+\.\d+\.\d+(?:-[\w.]+)?`;
/** The catalog names a version once for all packages; a package of this workspace has no version to choose. */
const OURS = /^(catalog:|workspace:[*^])$/;
const EXACT = new RegExp(`^${VERSION}$`);
const COMPATIBLE = new RegExp(`^\\^?${VERSION}$`);

const others = (dependencies: Manifest["dependencies"] = {}) =>
  Object.entries(dependencies).filter(([, version]) => !OURS.test(version));

describe.each(folders)("%s", (folder) => {
  const { dependencies, devDependencies, peerDependencies, ...manifest } = manifestOf(folder);

  test("has exact versions of what nobody but this repository installs", () => {
    const own = [...others(devDependencies), ...(manifest.private === true ? others(dependencies) : [])];

    expect(own.filter(([, version]) => !EXACT.test(version))).toEqual([]);
  });

  test("asks its users for one version, or for those that are compatible with it", () => {
    const asked = [...others(manifest.private === true ? {} : dependencies), ...others(peerDependencies)];

    expect(asked.filter(([, version]) => !COMPATIBLE.test(version))).toEqual([]);
  });
});

test("the catalog has one version of each, or those that are compatible with it", () => {
  const [, catalog = ""] = /^catalog:\n((?: {2}.+\n)+)/m.exec(read("pnpm-workspace.yaml")) ?? [];
  const versions = catalog
    .trimEnd()
    .split("\n")
    .map((line) => line.split(": ")[1] ?? "");

  expect(versions.length).toBeGreaterThan(5);
  expect(versions.filter((version) => !COMPATIBLE.test(version))).toEqual([]);
});

test("the package manager is exactly one", () => {
  expect(manifestOf(".").packageManager).toMatch(new RegExp(`^pnpm@${VERSION}$`));
});

test("the lockfile knows every package by its hash, and none from elsewhere than a registry", () => {
  const resolutions = [...read("pnpm-lock.yaml").matchAll(/^ {4}resolution: (.+)$/gm)].map(
    ([, resolution]) => resolution,
  );

  expect(resolutions.length).toBeGreaterThan(100);
  expect(resolutions.filter((resolution) => !/^\{integrity: sha512-[\w+/=]+\}$/.test(resolution ?? ""))).toEqual([]);
});

/** Actions of GitHub that a workflow takes by a name which can be moved to other code. */
const movable = (workflow: string): readonly string[] =>
  [...workflow.matchAll(/^\s*(?:-\s*)?uses:\s*["']?([^\s"'#]+)/gm)]
    .map(([, action = ""]) => action)
    .filter((action) => !action.startsWith("./") && !/@[0-9a-f]{40}$/.test(action));

describe("actions of workflows are named by their commit", () => {
  test("where they are, that is seen", () => {
    const sha = "0123456789abcdef0123456789abcdef01234567";
    const workflow = `steps:\n  - uses: a/b@${sha} # v4\n  - uses: ./own\n  - name: x\n    uses: "c/d@v4"\n  - uses: e/f@main\n`;

    expect(movable(workflow)).toEqual(["c/d@v4", "e/f@main"]);
  });

  test("in this repository, and in the projects that it makes", () => {
    const workflows = [".github", "packages/templates/templates"]
      .filter((folder) => existsSync(join(ROOT, folder)))
      .flatMap((folder) =>
        readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
          .filter((path) => /\.ya?ml(\.mustache)?$/.test(path))
          .map((path) => join(folder, path)),
      );

    expect(workflows.flatMap((path) => movable(read(path)).map((action) => `${path}: ${action}`))).toEqual([]);
  });
});
