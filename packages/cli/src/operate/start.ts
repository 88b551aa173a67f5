import { layoutOf, newTransactionId } from "@sfs3/sdk/flow";
import type { Command } from "commander";
import { looseObject } from "zod/mini";
import { CliError } from "../cli-error.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import { type FlowModule, loadFlowModule, selectFlow } from "../flow-module.js";
import type { Io } from "../io.js";
import { readJson } from "../run/read-input.js";
import { request } from "./aws.js";
import { follow } from "./execution/follow.js";
import { tellEnd } from "./execution/tell-end.js";
import { secondsOf } from "./seconds.js";
import { addTargetOptions, checkTransactionId, openTarget, type Target, type TargetOptions } from "./target.js";

interface StartOptions extends TargetOptions {
  readonly flow?: string;
  readonly input?: string;
  readonly txn?: string;
  readonly subtopic?: string;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
}

export function addStart(program: Command, io: Io): void {
  const command = program
    .command("start")
    .summary("start a process on AWS, or on sfs3 dev")
    .description(
      "Starts a process as its start API does: checks the input, writes the sidecar, starts the execution that is named " +
        "after the transaction. Its id goes to standard output.",
    )
    .argument("[module]", "TypeScript or JavaScript file that exports the flow; without it, nothing checks the input")
    .option("--flow <name>", "the flow, by its name or its export (default: the default export, or the only flow)")
    .option("--input <json>", "the process's input: JSON, @file, or - for standard input (default: {})")
    .option(
      "--txn <id>",
      "the transaction's id; the same start again finds what the first one did (default: a new one)",
    )
    .option("--subtopic <name>", "narrows the topic that the process's messages go to")
    .option("--wait", "follow the process until it has ended")
    .option("--timeout <seconds>", "with --wait: follow it no longer than that", secondsOf)
    .option("--json", "print one JSON object: what was started, or with --wait how it ended");
  addTargetOptions(command)
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 start src/flow.ts --input @order.json --wait --endpoint http://127.0.0.1:4599
  txn=$(sfs3 start --input '{"orderId":"17"}' --bucket sidecars --state-machine Orders)`,
    )
    .action((module: string | undefined, options: StartOptions) => start(module, options, io));
}

async function start(modulePath: string | undefined, options: StartOptions, io: Io): Promise<void> {
  const { subtopic, wait, timeout, json } = options;
  const module = modulePath === undefined ? undefined : await loadFlowModule(modulePath, io);
  const flow = module && selectFlow(module, options.flow).flow;
  const input = await readObject(options.input, io);
  const txnId = options.txn ?? newTransactionId(io.env.TRANSACTION_PREFIX);
  checkTransactionId(txnId);
  const target = await openTarget(options, io, flow?.name);
  const started = await begin(target, {
    inputSchema: flow?.input ?? looseObject({}),
    layout: flow && layoutOf(flow),
    input,
    txnId,
    subtopic,
  });
  if (!wait) return void io.stdout.write(json ? `${JSON.stringify(started, null, 2)}\n` : `${txnId}\n`);
  if (!json) io.stdout.write(`${txnId}\n`);
  await awaitEnd(target, { module, executionArn: started.executionArn, timeoutSeconds: timeout, json }, io);
}

async function readObject(source: string | undefined, io: Io): Promise<Readonly<Record<string, unknown>>> {
  const input = await readJson(source, io);
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return { ...input };
  throw new CliError("The input is no JSON object; nothing was started. Each of its keys becomes one of the sidecar.");
}

type Begun = Omit<
  Parameters<typeof import("@sfs3/sdk/api")["startDirectly"]>[0],
  "s3" | "stepFunctions" | "bucketName" | "stateMachineArn"
>;

async function begin({ aws, ...target }: Target, begun: Begun) {
  const [stateMachineArn, bucketName] = [await target.stateMachineArn(), await target.bucket()];
  const { startDirectly } = await import("@sfs3/sdk/api");
  const where = { s3: aws.s3, stepFunctions: aws.sfn, bucketName, stateMachineArn };
  const executionArn = await request(aws, "The process was not started", () => startDirectly({ ...begun, ...where }));
  return { txnId: begun.txnId, executionArn, stateMachineArn, bucket: bucketName };
}

interface Awaited {
  readonly module: FlowModule | undefined;
  readonly executionArn: string;
  readonly timeoutSeconds: number | undefined;
  readonly json: boolean | undefined;
}

async function awaitEnd({ aws }: Target, { module, json, ...followed }: Awaited, io: Io): Promise<void> {
  tellEnd(await follow(aws, { ...followed, flows: module?.flows ?? [] }, io), { json }, io);
}
