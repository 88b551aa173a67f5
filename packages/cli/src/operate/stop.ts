import type { Command } from "commander";
import { CliError } from "../cli-error.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import { request } from "./aws.js";
import { describe, goesOn } from "./execution/summary.js";
import { addTargetOptions, openTarget, type TargetOptions } from "./target.js";

interface StopOptions extends TargetOptions {
  readonly cause?: string;
  readonly yes?: boolean;
}

export function addStop(program: Command, io: Io): void {
  const command = program
    .command("stop")
    .summary("stop a process that runs")
    .description("Stops a process that runs; at a terminal it asks first. sfs3 redrive lets it go on where it was.")
    .argument("<id>", "the transaction's id, or the execution's ARN")
    .option("--cause <text>", "why, for whoever looks at the execution", "stopped by sfs3 stop")
    .option("-y, --yes", "do not ask");
  addTargetOptions(command)
    .addHelpText("after", EXIT_CODES_HELP)
    .action((id: string, options: StopOptions) => stop(id, options, io));
}

async function stop(id: string, { cause, yes, ...options }: StopOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const executionArn = await target.executionArn(id);
  const { status = "" } = await describe(target.aws, executionArn);
  if (!goesOn(status)) throw new CliError(`${id} has ended already: ${status}. There is nothing to stop.`);
  if (!yes) await confirm(executionArn, io);
  await request(target.aws, `${executionArn} was not stopped`, (options) =>
    target.aws.sfn.stopExecution({ executionArn, cause }, options),
  );
  io.stderr.write(`${id} was stopped. Let it go on: sfs3 redrive ${id}\n`);
}

async function confirm(executionArn: string, { ask }: Io): Promise<void> {
  const options = [
    { value: "no", label: "no, let it run" },
    { value: "yes", label: "yes, stop it" },
  ] as const;
  const answer = await ask?.choice({ message: `Stop ${executionArn}?`, options });
  if (answer === "no") throw new CliError("Nothing was stopped.");
}
