import type { Command } from "commander";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import { follow } from "./execution/follow.js";
import { tellEnd } from "./execution/tell-end.js";
import { secondsOf } from "./seconds.js";
import { addTargetOptions, openTarget, type TargetOptions } from "./target.js";

interface WaitOptions extends TargetOptions {
  readonly timeout?: number;
  readonly json?: boolean;
}

export function addWait(program: Command, io: Io): void {
  const command = program
    .command("wait")
    .summary("follow a process until it has ended")
    .description("Tells on standard error what has happened in a process, and what happens, until it has ended.")
    .argument("<id>", "the transaction's id, or the execution's ARN")
    .option("--timeout <seconds>", "follow it no longer than that", secondsOf)
    .option("--json", "print how it ended as one JSON object");
  addTargetOptions(command)
    .addHelpText("after", EXIT_CODES_HELP)
    .action(async (id: string, { timeout, json, ...options }: WaitOptions) => {
      const { aws, executionArn } = await openTarget(options, io);
      const followed = { executionArn: await executionArn(id), flows: [], timeoutSeconds: timeout };
      tellEnd(await follow(aws, followed, io), { json }, io);
    });
}
