import { CliError } from "../../cli-error.js";
import { EXIT_CODES } from "../../exit-codes.js";
import type { Io } from "../../io.js";
import { endOf } from "../../run/result.js";
import type { ExecutionSummary } from "./summary.js";

/**
 * Says how an execution that was waited for has ended.
 *
 * @throws `CliError` with the exit code of a failure, where it did not succeed
 */
export function tellEnd(summary: ExecutionSummary, { json = false }: { readonly json?: boolean | undefined }, io: Io) {
  if (json) io.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  if (summary.status === "SUCCEEDED") return;
  const { txnId, failure } = summary;
  const ways = `sfs3 show ${txnId}, or sfs3 replay ${txnId} <module> --step ${failure?.step}`;
  const look = failure?.step ? `\nTo look further: ${ways}` : "";
  throw new CliError(`\n${txnId} ${endOf(summary)}${look}`, { exitCode: EXIT_CODES.failed });
}
