/** Least share of all recorded executions that has to end as on AWS. Unit: percent. */
const LEAST_PERCENT = 98;

/** How many of the results are as on AWS, by category, as a Markdown table. */
export function rateTable(results) {
  const rows = [...groupByCategory(results), ["all", results]].map(([category, members]) => rateRow(category, members));
  return ["| category | executions | as on AWS | |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** What a document that has the rates says otherwise, and a rate that is too low. */
export function problemsOf(results, document) {
  const failed = results.filter(({ pass }) => !pass);
  const undocumented = failed.filter(({ id }) => !document.includes(`\`${id}\``)).map(({ id }) => id);
  const isStale = !document.includes(`\n${rateTable(results)}\n`);
  const isLow = percentOf(results) < LEAST_PERCENT;
  return [
    ...(isStale ? ["docs/asl-support.md has another table: put the one above in its place"] : []),
    ...undocumented.map((id) => `docs/asl-support.md does not say why ${id} ends otherwise`),
    ...(isLow ? [`less than ${LEAST_PERCENT} % end as on AWS`] : []),
  ];
}

function groupByCategory(results) {
  const groups = new Map();
  for (const result of results) groups.set(result.category, [...(groups.get(result.category) ?? []), result]);
  return groups;
}

const passed = (results) => results.filter(({ pass }) => pass).length;
const percentOf = (results) => (100 * passed(results)) / results.length;

const rateRow = (category, results) =>
  `| ${category} | ${results.length} | ${passed(results)} | ${percentOf(results).toFixed(1)} % |`;
