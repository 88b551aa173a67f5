import type { Command } from "commander";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import { duration } from "../run/duration.js";
import { endOf } from "../run/result.js";
import { type ExecutionSummary, summaryOf } from "./execution/summary.js";
import { addTargetOptions, openTarget, type TargetOptions } from "./target.js";

interface StatusOptions extends TargetOptions {
  readonly json?: boolean;
}

export function addStatus(program: Command, io: Io): void {
  const command = program
    .command("status")
    .summary("say what became of a process so far")
    .description("Says what became of a process so far: its status, where and why it failed, when and how long.")
    .argument("<id>", "the transaction's id, or the execution's ARN")
    .option("--json", "print one JSON object");
  addTargetOptions(command)
    .addHelpText("after", EXIT_CODES_HELP)
    .action(async (id: string, { json, ...options }: StatusOptions) => {
      const { aws, executionArn } = await openTarget(options, io);
      const summary = await summaryOf(aws, await executionArn(id));
      io.stdout.write(`${json ? JSON.stringify(summary, null, 2) : textOf(summary)}\n`);
    });
}

function textOf(summary: ExecutionSummary): string {
  const { txnId, executionArn, startedAt, endedAt, durationMs, redrives } = summary;
  return [
    `${txnId} ${endOf(summary)}`,
    `  started   ${startedAt}`,
    ...(endedAt === null ? [] : [`  ended     ${endedAt}`]),
    `  took      ${duration(durationMs)}${endedAt === null ? " so far" : ""}`,
    ...(redrives === 0 ? [] : [`  redriven  ${redrives} times`]),
    `  execution ${executionArn}`,
  ].join("\n");
}
