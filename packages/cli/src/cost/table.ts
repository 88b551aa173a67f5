import type { Layout } from "@sfs3/sdk/flow";
import { aligned } from "../columns.js";
import { type Bill, totalOf } from "./bill.js";
import type { CostReport } from "./report.js";

const count = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const money = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** The report for people. */
export function tableOf(report: CostReport): string {
  const { flow, prices, assumptions, offers } = report;
  const heads = offers.map(({ type, layout }) => `${type}, ${layout}`);
  const items = Object.keys(offers[0]?.bill ?? {}) as (keyof Bill)[];
  const rows = items.map((item) => [item, ...offers.map(({ bill }) => money.format(bill[item]))]);
  const total = ["total", ...offers.map(({ bill }) => money.format(totalOf(bill)))];
  return [
    `${count.format(assumptions.executions)} executions of ${flow}, ${prices.currency}, list prices of ${prices.region} in ${prices.asOf}`,
    "",
    ...aligned([["", ...heads], ...rows, total], { texts: 1 }),
    "",
    ...perExecution(report),
    "",
    ...assumed(report),
  ].join("\n");
}

function perExecution({ perExecution: one }: CostReport): readonly string[] {
  const { transitions, invocations, lambdaMs, machines } = one;
  const s3 = (layout: Layout) => {
    const { gets, puts, readBytes, writtenBytes } = one.s3[layout];
    return `  S3, ${layout}: ${gets} GET, ${puts} PUT, ${count.format(readBytes)} bytes read, ${count.format(writtenBytes)} written`;
  };
  return [
    `One execution, as measured: ${machines} ${machines === 1 ? "machine" : "machines"}, ${transitions} transitions, ` +
      `${invocations} Lambda calls of ${count.format(lambdaMs)} ms in all`,
    s3("document"),
    s3("parts"),
  ];
}

function assumed({ assumptions, notExpress }: CostReport): readonly string[] {
  const { memoryMb, s3RequestMs, s3BytesPerSecond, keepDays, keepVersionsDays } = assumptions;
  return [
    `Assumed: Lambda has ${memoryMb} MB on arm64; S3 answers in ${s3RequestMs} ms and moves ${count.format(s3BytesPerSecond / 1e6)} MB/s;`,
    `data is kept for ${keepDays} days, replaced versions for ${keepVersionsDays}. No retries, lost races, logs, API calls, free tiers.`,
    "Parts are one object for each output: a flow says `layout` to have the one or the other.",
    ...(notExpress === null ? [] : [`No Express machine: ${notExpress}.`]),
  ];
}
