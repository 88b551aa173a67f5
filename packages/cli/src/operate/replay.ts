import { type Command, InvalidArgumentError } from "commander";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import { loadFlowModule } from "../flow-module.js";
import type { Io } from "../io.js";
import { createMask } from "./mask/mask.js";
import { findStep } from "./replay/find-step.js";
import { replayStep } from "./replay/replay-step.js";
import { tellReplay } from "./replay/tell-replay.js";
import { addTargetOptions, checkTransactionId, openTarget, type TargetOptions } from "./target.js";

interface ReplayOptions extends TargetOptions {
  readonly step: string;
  readonly flow?: string;
  readonly item?: number;
  readonly reveal?: boolean;
  readonly json?: boolean;
}

export function addReplay(program: Command, io: Io): void {
  const command = program
    .command("replay")
    .summary("run a step of a process again, here, on a copy of its data")
    .description(
      "Runs a step's handler in this process on a copy of the sidecar as the step saw it, and shows how its output differs " +
        "from what it had written. Nothing is written back, published or started; what the handler itself calls is called.",
    )
    .argument("<id>", "the transaction's id")
    .argument("<module>", "TypeScript or JavaScript file that exports the flow")
    .requiredOption("--step <name>", "the step to run again")
    .option("--flow <name>", "the flow that the step belongs to (default: the only one of the module that has it)")
    .option("--item <index>", "which item of a Map, counted from 0", itemOf)
    .option("--reveal", "hide nothing of what the schemas mark by meta({ sensitive: true })")
    .option("--json", "print one JSON object: outcome, output, what it had written, ...");
  addTargetOptions(command)
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 replay 0x58fe985b67000000 src/flow.ts --step step-c
  node --inspect-brk node_modules/@sfs3/cli/bin/sfs3.js replay 0x58fe985b67000000 src/flow.ts --step step-c`,
    )
    .action((id: string, module: string, options: ReplayOptions) => replay(id, { ...options, module }, io));
}

function itemOf(text: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be an integer from 0.");
}

async function replay(txnId: string, options: ReplayOptions & { readonly module: string }, io: Io): Promise<void> {
  checkTransactionId(txnId);
  const { step, flow, item, reveal, json } = options;
  const module = await loadFlowModule(options.module, io);
  const found = findStep(module, { step, flow });
  const mask = createMask({ module, reveal }, io);
  const target = await openTarget(options, io);
  const replayed = await replayStep(target, { ...found, txnId, item, flows: module.flows }, io);
  tellReplay(replayed, { mask, json }, io);
}
