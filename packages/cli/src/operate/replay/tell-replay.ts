import { createColors } from "picocolors";
import { CliError } from "../../cli-error.js";
import { differenceOf } from "../../definition/difference.js";
import { EXIT_CODES } from "../../exit-codes.js";
import type { Io } from "../../io.js";
import type { Mask } from "../mask/mask.js";
import { journalName } from "../sidecar/step-rows.js";
import type { Replay } from "./replay-step.js";

interface TellOptions {
  readonly mask: Mask;
  readonly json: boolean | undefined;
}

/**
 * Says what came of a replay: the difference, or the output where there is nothing to compare it with, goes to standard
 * output.
 *
 * @throws `CliError` with the exit code of a failure, or of a difference
 */
export function tellReplay(replay: Replay, { mask, json }: TellOptions, io: Io): void {
  const shown = shownOf(replay, mask);
  const name = journalName(replay.step, replay.item);
  if (json) io.stdout.write(`${JSON.stringify(jsonOf(replay, shown), null, 2)}\n`);
  else narrate(replay, name, io);
  const what = `${name} of ${replay.txnId}`;
  if (replay.outcome === "failed") throw new CliError(failureOf(replay, what), { exitCode: EXIT_CODES.failed });
  if (!json) writeOutput(replay, { name, shown }, io);
  if (replay.outcome === "different") {
    throw new CliError(`${what} came to another output than the one it had written.`, {
      exitCode: EXIT_CODES.different,
    });
  }
  const end =
    replay.outcome === "same" ? "came to the output that it had written" : "succeeded; it had written nothing";
  io.stderr.write(`${what} ${end}.\n`);
}

interface Shown {
  readonly output: unknown;
  readonly written: unknown;
}

/** Masked as members of the document that they are. */
function shownOf({ outputKey, item, output, written }: Replay, mask: Mask): Shown {
  const shown = (value: unknown) => {
    if (value === undefined) return undefined;
    const masked = mask({ [outputKey]: item === undefined ? value : [value] })[outputKey];
    return item !== undefined && Array.isArray(masked) ? masked[0] : masked;
  };
  return { output: shown(output), written: shown(written) };
}

/** What the step saw, said and would have done. */
function narrate({ source, log, executions, messages, event }: Replay, name: string, { stderr }: Io): void {
  const { dim } = createColors(stderr.isTTY === true);
  stderr.write(`Replayed on a copy: ${source}. Nothing is written back.\n`);
  const attempt: unknown = Reflect.get(Object(event.sfs3), "attempt");
  if (attempt !== undefined) stderr.write(`Called as in attempt ${attempt}.\n`);
  for (const line of log) stderr.write(`${dim(`${name} |`)} ${JSON.stringify(line)}\n`);
  for (const { stateMachineArn, name } of executions) {
    stderr.write(`It would have started ${stateMachineArn} as ${name}; nothing was started.\n`);
  }
  for (const { topic } of messages) stderr.write(`It would have published on ${topic}; nothing was published.\n`);
}

interface Written {
  readonly name: string;
  readonly shown: Shown;
}

function writeOutput({ outcome, outputKey }: Replay, { name, shown }: Written, { stdout, stderr }: Io): void {
  if (outcome === "same") return;
  if (outcome === "new") return void stdout.write(textOf(shown.output));
  const becomes = `${outputKey} as ${name} writes it now`;
  const diff = differenceOf(`${outputKey} as it was written`, textOf(shown.written), textOf(shown.output), { becomes });
  if (diff === undefined) stderr.write("What differs is hidden; --reveal shows it.\n");
  else stdout.write(diff);
}

const textOf = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The stack leads to the line; what is thrown may hold data, as in an execution's history. */
const failureOf = ({ error }: Replay, what: string): string =>
  `${what} failed: ${error?.stack ?? `${error?.name}: ${error?.message}`}`;

const jsonOf = ({ error, log: _, ...replay }: Replay, { output, written }: Shown) => ({
  ...replay,
  item: replay.item ?? null,
  output: output ?? null,
  written: written ?? null,
  error: error === undefined ? null : { name: error.name, message: error.message },
});
