import { randomUUID } from "node:crypto";
import type { HistoryEvent } from "@sfs3/local";
import type { Command } from "commander";
import { CliError } from "../cli-error.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import { entriesBeforeEnd, failingEntry } from "../run/failure.js";
import { type Aws, request } from "./aws.js";
import { follow } from "./execution/follow.js";
import { wholeHistory } from "./execution/history.js";
import { describe, goesOn } from "./execution/summary.js";
import { tellEnd } from "./execution/tell-end.js";
import { secondsOf } from "./seconds.js";
import { addTargetOptions, openTarget, type TargetOptions } from "./target.js";

interface RedriveOptions extends TargetOptions {
  readonly anew?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
}

export function addRedrive(program: Command, io: Io): void {
  const command = program
    .command("redrive")
    .summary("let a process that did not succeed go on where it was")
    .description(
      "Redrives an execution that failed, timed out or was stopped, within 14 days of its end: it goes on in the state that " +
        "it was in, with the code that is deployed by now. After the failure of " +
        "a step it does so only where its flow is redrivable: see docs/operate.md. The execution's ARN goes to standard output.",
    )
    .argument("<id>", "the transaction's id, or the execution's ARN")
    .option("--anew", "start another execution on the same sidecar instead: every step runs again, and writes again")
    .option("--wait", "follow the process until it has ended")
    .option("--timeout <seconds>", "with --wait: follow it no longer than that", secondsOf)
    .option("--json", "with --wait: print how it ended as one JSON object instead");
  addTargetOptions(command)
    .addHelpText("after", EXIT_CODES_HELP)
    .action((id: string, options: RedriveOptions) => redrive(id, options, io));
}

async function redrive(id: string, { anew, wait, timeout, json, ...options }: RedriveOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const { aws } = target;
  const known = await target.executionArn(id);
  const { executionArn, toldId } = anew ? await startAnew(aws, known) : await goOn(aws, known);
  if (!json) io.stdout.write(`${executionArn}\n`);
  if (!wait) return void io.stderr.write(`${id} goes on. Follow it: sfs3 wait ${executionArn}\n`);
  tellEnd(await follow(aws, { executionArn, flows: [], timeoutSeconds: timeout, toldId }, io), { json }, io);
}

interface GoingOn {
  readonly executionArn: string;
  /** The last event of before. */
  readonly toldId: number;
}

async function goOn(aws: Aws, executionArn: string): Promise<GoingOn> {
  const { status } = await describe(aws, executionArn);
  const history = await wholeHistory(aws, executionArn);
  if (status === "FAILED" && endedInFailState(history)) throw failsAgain(executionArn, history);
  await request(aws, `${executionArn} was not redriven`, (options) =>
    aws.sfn.redriveExecution({ executionArn }, options),
  );
  return { executionArn, toldId: history.at(-1)?.id ?? 0 };
}

const endedInFailState = (history: readonly HistoryEvent[]): boolean =>
  entriesBeforeEnd(history).next().value?.type === "FailStateEntered";

/** What a generated machine has a Catch for. */
const CAN_FAIL = new Set(["TaskStateEntered", "ParallelStateEntered", "MapStateEntered"]);

/** Source: Step Functions Developer Guide, "Redrive behavior of individual states": Fail is entered again, and fails again. */
function failsAgain(executionArn: string, history: readonly HistoryEvent[]): CliError {
  const failing = failingEntry(history);
  const isCaught = failing !== undefined && CAN_FAIL.has(failing.type);
  const caught = isCaught ? `caught the failure of '${failing.details?.name}' and ` : "";
  const another = isCaught
    ? " What starts later can be redriven where its flow is { redrivable: true }: docs/operate.md, 'Go on'."
    : "";
  return new CliError(
    `${executionArn} was not redriven: its machine ${caught}ended in a Fail state, which Step Functions would enter again, ` +
      `to fail again. --anew starts another execution on the same sidecar, in which every step runs again.${another}`,
  );
}

/** Random, for there may be several of one transaction; all of them publish on its topic. */
async function startAnew(aws: Aws, known: string): Promise<GoingOn> {
  const { status = "", name, input, stateMachineArn } = await describe(aws, known);
  if (goesOn(status)) throw new CliError(`${known} still runs: another execution would write over what it writes.`);
  const started = await request(aws, `${known} was not started anew`, (options) =>
    aws.sfn.startExecution(
      { stateMachineArn, name: `${name}`.slice(0, 64).concat("-", randomUUID().slice(0, 8)), input },
      options,
    ),
  );
  return { executionArn: started.executionArn ?? "", toldId: 0 };
}
