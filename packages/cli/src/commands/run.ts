import type { Command } from "commander";
import { CliError } from "../cli-error.js";
import { EXIT_CODES, EXIT_CODES_HELP } from "../exit-codes.js";
import { loadFlowModule, selectFlow } from "../flow-module.js";
import type { Io } from "../io.js";
import { noteLayouts } from "../layout-note.js";
import { readInput } from "../run/read-input.js";
import { endOf, type RunResult } from "../run/result.js";

interface RunCommandOptions {
  readonly flow?: string;
  readonly input?: string;
  readonly json?: boolean;
  readonly inline?: boolean;
  readonly skipWaits?: boolean;
  readonly data?: string;
  readonly mocks?: string;
}

export function addRun(program: Command, io: Io): void {
  program
    .command("run")
    .summary("run one execution of a flow on this machine")
    .description(
      "Runs one execution of a flow on an embedded S3, Step Functions, Lambda and IoT: no account, no Docker.\n" +
        "Progress goes to standard error, the final sidecar to standard output.",
    )
    .argument("<module>", "TypeScript or JavaScript file that exports the flow")
    .option(
      "--flow <name>",
      "the flow to run, by its name or its export (default: the default export, or the only flow)",
    )
    .option("--input <json>", "the process's input: JSON, a file, or - for standard input (default: {})")
    .option("--json", "print one JSON object instead: status, txnId, executionArn, sidecar, failure, ...")
    .option(
      "--inline",
      "run the handlers in the main thread, so that a debugger stops in them; one that never gives way keeps Ctrl-C from being heard: end it by Ctrl-\\ (Windows: Ctrl-Break)",
    )
    .option("--skip-waits", "let Wait states and retry intervals take no time")
    .option("--data <folder>", "keep the sidecars in this folder (default: a temporary one, removed afterwards)")
    .option("--mocks <file>", "answers of services that are not here, in the format of Step Functions Local")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 run src/flow.ts --input '{"orderId":"17"}'
  sfs3 run src/flow.ts --input order.json --json
  node --inspect-brk node_modules/@sfs3/cli/bin/sfs3.js run src/flow.ts --inline`,
    )
    .action((module: string, options: RunCommandOptions) => run(module, options, io));
}

async function run(modulePath: string, options: RunCommandOptions, io: Io): Promise<void> {
  const module = await loadFlowModule(modulePath, io);
  const selected = selectFlow(module, options.flow);
  const input = await readInput(selected.flow, options.input, io);
  noteLayouts([selected.flow], io);
  const { inline = false, skipWaits = false, data, mocks } = options;
  const { runProcess } = await import("../run/run-process.js");
  const { result } = await runProcess({ module, selected, input, inline, skipWaits, dataDir: data, mocks }, io);
  io.stdout.write(`${JSON.stringify(options.json ? result : result.sidecar, null, 2)}\n`);
  if (result.status !== "SUCCEEDED") throw failed(result, modulePath);
}

function failed(result: RunResult, module: string): CliError {
  const look = result.status === "ABORTED" ? "" : `\n${waysToLookFurther(module)}`;
  return new CliError(`\n${result.txnId} ${endOf(result)}${look}`, { exitCode: EXIT_CODES.failed });
}

const waysToLookFurther = (module: string): string => `To look further:
  --data .sfs3     keeps the sidecar in a folder
  LOG_LEVEL=DEBUG  in the environment: the steps tell all that they log
  --inline         stops at breakpoints in steps: node --inspect-brk node_modules/@sfs3/cli/bin/sfs3.js run ${module} --inline`;
