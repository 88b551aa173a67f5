import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { useProject } from "./fixtures/use-project.js";
import { replaceFile } from "./replace-file.js";

test("a file is made, with the folders above it, and replaced, and nothing else is left behind", () => {
  const project = useProject({});
  const path = project.path("asl/Orders.asl.json");

  replaceFile(path, "one");
  replaceFile(path, "two");

  expect(readFileSync(path, "utf8")).toBe("two");
  expect(readdirSync(project.path("asl"))).toEqual(["Orders.asl.json"]);
});

test("what is replaced keeps its permissions, and a link stays a link", () => {
  const project = useProject({ "real.ts": "old" });
  chmodSync(project.path("real.ts"), 0o640);
  symlinkSync("real.ts", project.path("link.ts"));

  replaceFile(project.path("link.ts"), "new");

  expect(lstatSync(project.path("link.ts")).isSymbolicLink()).toBe(true);
  expect(readFileSync(project.path("real.ts"), "utf8")).toBe("new");
  if (process.platform !== "win32") expect(statSync(project.path("real.ts")).mode & 0o777).toBe(0o640);
});

test("what cannot be replaced stays as it was, without a draft beside it", () => {
  const project = useProject({});
  mkdirSync(project.path("taken/inner"), { recursive: true });

  expect(() => replaceFile(project.path("taken"), "text")).toThrow("EISDIR");
  expect(readdirSync(project.folder).filter((name) => name.includes("tmp"))).toEqual([]);
  expect(readdirSync(project.path("taken"))).toEqual(["inner"]);
});
