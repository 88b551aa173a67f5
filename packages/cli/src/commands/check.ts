import { type Command, InvalidArgumentError, Option } from "commander";
import { against } from "../check/against.js";
import { checkFlow } from "../check/check-flow.js";
import type { Finding } from "../check/finding.js";
import { locate } from "../check/location.js";
import { FORMATS, type Format } from "../check/report.js";
import { unusedSteps } from "../check/unused-steps.js";
import { CliError } from "../cli-error.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import { type FlowModule, loadFlowModule, selectFlow } from "../flow-module.js";
import type { Io } from "../io.js";

interface CheckOptions {
  readonly flow?: string;
  readonly format: Format;
  readonly against?: string;
  readonly maxWarnings?: number;
  readonly maxParallelWriters: number;
  readonly machineTimeout: number;
}

/** An execution's longest time. Unit: seconds. Source: AWS Step Functions quotas, Standard Workflows. */
const ONE_YEAR_SECONDS = 31_536_000;

export function addCheck(program: Command, io: Io): void {
  program
    .command("check")
    .summary("say what is wrong with flows, and whether a change breaks executions in flight")
    .description(
      "Says everything that is wrong with the flows that a module exports, or may be, each under the name of its rule:\n" +
        "docs/check.md has the list. Findings go to standard output; without an error among them it exits with 0.",
    )
    .argument("<module>", "TypeScript or JavaScript file that exports the flows")
    .option("--flow <name>", "only this flow, by its name or its export (default: every flow of the module)")
    .addOption(
      new Option("--format <format>", "what findings are written as").choices(Object.keys(FORMATS)).default("text"),
    )
    .option(
      "--against <file>",
      "an older sfs3.lock.json, or definition; - for standard input: whether executions that began with it survive",
    )
    .option("--max-warnings <n>", "exit 1 where there are more warnings", count)
    .option("--max-parallel-writers <n>", "so many writers at once on one document are no warning", count, 8)
    .option("--machine-timeout <seconds>", "how long an execution may take: 300 if Express", count, ONE_YEAR_SECONDS)
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 check src/flows.ts
  sfs3 check src/flows.ts --format sarif > check.sarif
  git show main:sfs3.lock.json | sfs3 check src/flows.ts --against -`,
    )
    .action((module: string, options: CheckOptions) => check(module, options, io));
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is no whole number.");
  return Number(text);
}

async function check(path: string, options: CheckOptions, io: Io): Promise<void> {
  const module = await loadFlowModule(path, io);
  const findings = await findingsOf(module, options, io);
  const located = findings.map((finding) => ({ ...finding, location: locate(finding, module.path) }));
  io.stdout.write(FORMATS[options.format]({ findings: located, cwd: io.cwd }));
  conclude(findings, options, io);
}

async function findingsOf(module: FlowModule, options: CheckOptions, io: Io): Promise<readonly Finding[]> {
  const all = options.flow === undefined;
  const flows = (all ? module.flows : [selectFlow(module, options.flow)]).map(({ flow }) => flow);
  const limits = { parallelWriters: options.maxParallelWriters, machineSeconds: options.machineTimeout };
  return [
    ...flows.flatMap((flow) => checkFlow(flow, limits)),
    ...(all ? await unusedSteps(module) : []),
    ...(options.against === undefined ? [] : await against({ source: options.against, flows, all }, io)),
  ];
}

/** @throws `CliError` where an error is among the findings, or more warnings than allowed */
function conclude(findings: readonly Finding[], { maxWarnings }: CheckOptions, { stderr }: Io): void {
  const countOf = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, infos] = [countOf("error"), countOf("warning"), countOf("info")];
  const summary = `${errors} errors, ${warnings} warnings, ${infos} notes`;
  if (errors > 0) throw new CliError(summary);
  if (warnings > (maxWarnings ?? Number.POSITIVE_INFINITY)) {
    throw new CliError(`${summary}; --max-warnings allows ${maxWarnings}`);
  }
  stderr.write(`${summary}\n`);
}
