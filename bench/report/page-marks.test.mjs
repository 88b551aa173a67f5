import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { TABLES } from "../tables.mjs";
import { replaceBetweenMarks } from "./page.mjs";

const page = readFileSync(new URL("../../docs/benchmarks.md", import.meta.url), "utf8");

test.each(TABLES.map(({ name }) => name))("docs/benchmarks.md has a place for the table '%s'", (name) => {
  expect(replaceBetweenMarks(page, name, "| figures |")).toContain("| figures |");
});
