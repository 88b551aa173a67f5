import type { Command } from "commander";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import { request } from "./aws.js";
import { follow } from "./execution/follow.js";
import { wholeHistory } from "./execution/history.js";
import { tellEnd } from "./execution/tell-end.js";
import { secondsOf } from "./seconds.js";
import { addTargetOptions, openTarget, type TargetOptions } from "./target.js";

interface RedriveOptions extends TargetOptions {
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
}

export function addRedrive(program: Command, io: Io): void {
  const command = program
    .command("redrive")
    .summary("let a process that failed go on where it failed")
    .description(
      "Redrives an execution that failed, timed out or was stopped, within 14 days of its end: the state that failed is " +
        "tried again, with the code that is deployed by now. What has succeeded is not done again.",
    )
    .argument("<id>", "the transaction's id, or the execution's ARN")
    .option("--wait", "follow the process until it has ended")
    .option("--timeout <seconds>", "with --wait: follow it no longer than that", secondsOf)
    .option("--json", "with --wait: print how it ended as one JSON object");
  addTargetOptions(command)
    .addHelpText("after", EXIT_CODES_HELP)
    .action((id: string, options: RedriveOptions) => redrive(id, options, io));
}

async function redrive(id: string, { wait, timeout, json, ...options }: RedriveOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const { aws } = target;
  const executionArn = await target.executionArn(id);
  const toldId = wait ? ((await wholeHistory(aws, executionArn)).at(-1)?.id ?? 0) : 0;
  await request(aws, `${executionArn} was not redriven`, (options) =>
    aws.sfn.redriveExecution({ executionArn }, options),
  );
  if (!wait) return void io.stderr.write(`${id} goes on. Follow it: sfs3 wait ${id}\n`);
  const followed = { executionArn, flows: [], timeoutSeconds: timeout, toldId };
  tellEnd(await follow(aws, followed, io), { json }, io);
}
