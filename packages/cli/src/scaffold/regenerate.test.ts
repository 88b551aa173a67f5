import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { type Project, useProject } from "../fixtures/use-project.js";
import { regenerate } from "./regenerate.js";

const ioIn = ({ folder }: Project) => ({
  cwd: folder,
  env: {},
  stdin: (async function* () {})(),
  stdout: { write: () => {} },
  stderr: { write: () => {} },
  signal: new AbortController().signal,
});

const definitionOf = (project: Project, flow: string): string =>
  readFileSync(project.path(`asl/${flow}.asl.json`), "utf8");

const FLOWS = { "src/flows.ts": `export { main as default, other } from "./orders/flow.js";` };
const source = (...names: readonly string[]) =>
  module(
    `export const main = orders${names.map((name) => `.step(step("${name}"))`).join("")};`,
    `export const other = flow("Other", { input: Input }).step(step("o"));`,
  );

describe("the definitions", () => {
  test("of all flows of src/flows.ts are written, from the sources as they are now", async () => {
    const project = useProject({ ...FLOWS, "src/orders/flow.ts": source("a") });
    await regenerate(ioIn(project));
    expect(definitionOf(project, "Other")).toContain('"o"');

    writeFileSync(project.path("src/orders/flow.ts"), source("a", "added"));
    await regenerate(ioIn(project));

    expect(definitionOf(project, "Orders")).toContain('"added"');
  });

  test("stay as they were where a flow is refused", async () => {
    const project = useProject({ ...FLOWS, "src/orders/flow.ts": source("a") });
    await regenerate(ioIn(project));
    const before = definitionOf(project, "Orders");

    writeFileSync(project.path("src/orders/flow.ts"), source());

    await expect(regenerate(ioIn(project))).rejects.toThrow("Orders has no step");
    expect(definitionOf(project, "Orders")).toBe(before);
  });

  test("of a project without src/flows.ts are written where they are already, and only tried otherwise", async () => {
    const project = useProject({ "src/orders/flow.ts": source("a"), "asl/Other.asl.json": "stale" });

    await regenerate(ioIn(project), "src/orders/flow.ts");

    expect(definitionOf(project, "Other")).toContain('"o"');
    expect(existsSync(project.path("asl/Orders.asl.json"))).toBe(false);
    writeFileSync(project.path("src/orders/flow.ts"), source());
    await expect(regenerate(ioIn(project), "src/orders/flow.ts")).rejects.toThrow("Orders has no step");
  });
});
