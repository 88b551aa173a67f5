import type { ExecutionListItem, ExecutionStatus } from "@aws-sdk/client-sfn";
import { type Command, InvalidArgumentError, Option } from "commander";
import { aligned } from "../columns.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import { duration } from "../run/duration.js";
import { type Aws, request } from "./aws.js";
import { summarize } from "./execution/summary.js";
import { addTargetOptions, openTarget, type TargetOptions } from "./target.js";

interface ListOptions extends TargetOptions {
  readonly status?: ExecutionStatus;
  readonly limit: number;
  readonly json?: boolean;
}

/** Source: AWS Step Functions API Reference, ListExecutions, `statusFilter`. */
const STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"] as const;

/** Source: AWS Step Functions API Reference, ListExecutions, `maxResults`. */
const MAX_PAGE = 1_000;

export function addList(program: Command, io: Io): void {
  const command = program
    .command("list")
    .summary("list a machine's processes, the newest first")
    .description("Lists the processes of a machine, the newest first.")
    .addOption(new Option("--status <status>", "only those of this status").choices(STATUSES))
    .option("--limit <number>", "how many at most", limitOf, 20)
    .option("--json", "print one JSON array");
  addTargetOptions(command)
    .addHelpText("after", EXIT_CODES_HELP)
    .action(async ({ json, ...options }: ListOptions) => {
      const { aws, stateMachineArn } = await openTarget(options, io);
      const executions = await listExecutions(aws, { stateMachineArn: await stateMachineArn(), ...options });
      io.stdout.write(json ? jsonOf(executions) : tableOf(executions));
    });
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError("It must be an integer from 1.");
}

interface Listed {
  readonly stateMachineArn: string;
  readonly status?: ExecutionStatus;
  readonly limit: number;
}

async function listExecutions(aws: Aws, { stateMachineArn, status, limit }: Listed) {
  const found: ExecutionListItem[] = [];
  let nextToken: string | undefined;
  do {
    const maxResults = Math.min(limit - found.length, MAX_PAGE);
    const page = await request(aws, `The executions of ${stateMachineArn} cannot be listed`, (options) =>
      aws.sfn.listExecutions({ stateMachineArn, statusFilter: status, maxResults, nextToken }, options),
    );
    found.push(...(page.executions ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && found.length < limit);
  return found.slice(0, limit);
}

function jsonOf(executions: readonly ExecutionListItem[]): string {
  // A list does not tell why an execution failed.
  const entries = executions.map((execution) => {
    const { failure: _, ...entry } = summarize(execution as never, []);
    return entry;
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}

function tableOf(executions: readonly ExecutionListItem[]): string {
  const rows = executions.map(({ name = "", status = "", startDate, stopDate, redriveCount = 0 }) => [
    name,
    status,
    startDate?.toISOString() ?? "",
    startDate === undefined ? "" : duration((stopDate ?? new Date()).getTime() - startDate.getTime()),
    redriveCount === 0 ? "" : String(redriveCount),
  ]);
  const lines = aligned([["transaction", "status", "started", "took", "redrives"], ...rows], { texts: 3 });
  return lines.map((line) => `${line}\n`).join("");
}
