import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ALL_RULES } from "./rules.js";

const DOCUMENT = new URL("../../../../docs/check.md", import.meta.url);

test("docs/check.md has a row for each rule, as the rule says it of itself", () => {
  const rows = [...readFileSync(DOCUMENT, "utf8").matchAll(/^\| `([\w-]+)` \| (error|warning|info) \| (.+) \|$/gm)];

  expect(rows.map(([, name, severity, summary]) => ({ name, severity, summary }))).toEqual(ALL_RULES);
});
