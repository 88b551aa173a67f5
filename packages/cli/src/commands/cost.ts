import { notExpress } from "@sfs3/sdk/flow";
import { type Command, InvalidArgumentError } from "commander";
import { CliError } from "../cli-error.js";
import type { Assumptions } from "../cost/bill.js";
import { PRICES, readPrices } from "../cost/prices.js";
import { type CostReport, reportOf } from "../cost/report.js";
import type { Workload } from "../cost/workload.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import { loadFlowModule, selectFlow } from "../flow-module.js";
import type { Io } from "../io.js";
import { readInput } from "../run/read-input.js";

interface CostOptions extends Assumptions {
  readonly flow?: string;
  readonly input?: string;
  readonly mocks?: string;
  readonly bytesPerStep?: number;
  readonly prices?: string;
  readonly printPrices?: boolean;
  readonly json?: boolean;
}

export function addCost(program: Command, io: Io): void {
  program
    .command("cost")
    .summary("reckon what a flow costs on AWS")
    .description(
      "Runs one execution on this machine, counts its transitions, requests, bytes and Lambda time, and reckons what\n" +
        "many cost on AWS: both layouts of the sidecar, Standard and Express machines.",
    )
    .argument("[module]", "TypeScript or JavaScript file that exports the flow")
    .option("--flow <name>", "the flow, by its name or its export (default: the default export, or the only flow)")
    .option("--input <json>", "the process's input: JSON, a file, or - for standard input (default: {})")
    .option("--mocks <file>", "answers of services that are not here, in the format of Step Functions Local")
    .option("--executions <n>", "how many executions, such as 1e6", positive, 1e6)
    .option("--bytes-per-step <n>", "let each step add this many bytes, whatever it added when it ran", positive)
    .option("--memory-mb <n>", "Lambda's memory", positive, 512)
    .option("--s3-request-ms <n>", "time in which S3 answers", positive, 15)
    .option("--s3-bytes-per-second <n>", "speed at which S3 moves bytes", positive, 8e7)
    .option("--keep-days <n>", "how long data is kept", positive, 30)
    .option("--keep-versions-days <n>", "how long a replaced version is kept", positive, 7)
    .option("--prices <file>", "prices that take the place of the built-in ones, as JSON")
    .option("--print-prices", "print the built-in prices as such a file, and nothing else")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 cost src/flow.ts --input order.json --executions 1e6
  sfs3 cost src/flow.ts --input order.json --executions 3e7 --bytes-per-step 1e6
  sfs3 cost --print-prices > prices.json`,
    )
    .action((module: string | undefined, options: CostOptions) => cost(module, options, io));
}

async function cost(modulePath: string | undefined, options: CostOptions, io: Io): Promise<void> {
  if (options.printPrices) return void io.stdout.write(`${JSON.stringify(PRICES, null, 2)}\n`);
  if (modulePath === undefined)
    throw new CliError("Which flow? Give the module that exports it: sfs3 cost src/flow.ts");
  const prices = await readPrices(options.prices, io);
  const module = await loadFlowModule(modulePath, io);
  const selected = selectFlow(module, options.flow);
  const input = await readInput(selected.flow, options.input, io);
  const { measure } = await import("../cost/measure.js");
  const measured = await measure(
    { module, selected, input, inline: false, skipWaits: false, dataDir: undefined, mocks: options.mocks },
    io,
  );
  const workload = withBytesPerStep(measured, options.bytesPerStep);
  const { flow } = selected;
  const report = reportOf({
    flow,
    workload,
    prices,
    assumptions: assumptionsOf(options),
    notExpress: notExpress(flow),
  });
  io.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : await asTable(report)}\n`);
}

/** Formats of numbers are dear to load, and only this command has any. */
const asTable = async (report: CostReport) => (await import("../cost/table.js")).tableOf(report);

const assumptionsOf = (options: CostOptions): Assumptions => {
  const { executions, memoryMb, s3RequestMs, s3BytesPerSecond, keepDays, keepVersionsDays } = options;
  return { executions, memoryMb, s3RequestMs, s3BytesPerSecond, keepDays, keepVersionsDays };
};

const withBytesPerStep = (workload: Workload, outputBytes: number | undefined): Workload =>
  outputBytes === undefined
    ? workload
    : { ...workload, visits: workload.visits.map((visit) => ({ ...visit, outputBytes })) };

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}
