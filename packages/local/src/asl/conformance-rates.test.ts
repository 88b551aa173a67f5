import { expect, test } from "vitest";
import { problemsOf, rateTable } from "../../conformance/rates.mjs";

const results = (category: string, count: number, failed: number) =>
  Array.from({ length: count }, (_, index) => {
    const pass = index >= failed;
    return { id: `${category}#${index}`, category, pass, reason: pass ? undefined : "ends otherwise" };
  });

const measured = [...results("pass", 99, 0), ...results("map", 3, 1)];

const table = [
  "| category | executions | as on AWS | |",
  "| --- | --- | --- | --- |",
  "| pass | 99 | 99 | 100.0 % |",
  "| map | 3 | 2 | 66.7 % |",
  "| all | 102 | 101 | 99.0 % |",
].join("\n");

test("rates are told by category", () => {
  expect(rateTable(measured)).toBe(table);
});

test.each([
  ["has the rates and the reason of each other end", `Rates:\n\n${table}\n\n| \`map#0\` | because |\n`, []],
  ["has other rates", `\n${table.replace("101", "100")}\n\n\`map#0\``, [/another table/]],
  ["gives no reason", `\n${table}\n`, [/does not say why map#0/]],
])("a document that %s", (_, document, problems) => {
  expect(problemsOf(measured, document)).toEqual(problems.map((problem) => expect.stringMatching(problem)));
});

test("less than 98 % are too few, whatever the document says", () => {
  const few = results("map", 50, 2);
  const document = `\n${rateTable(few)}\n\`map#0\` \`map#1\``;

  expect(problemsOf(few, document)).toEqual([expect.stringContaining("less than 98 %")]);
});
