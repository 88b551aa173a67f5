import { Sfs3Error } from "@sfs3/sdk/flow";
import { CommanderError } from "commander";
import { CliError } from "./cli-error.js";
import { EXIT_CODES } from "./exit-codes.js";
import type { Io } from "./io.js";
import { createProgram } from "./program.js";

/** Runs the command line `args` and says with which code to exit. Every failure is told on `stderr`. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  try {
    await createProgram(io).parseAsync(args, { from: "user" });
    return EXIT_CODES.ok;
  } catch (error) {
    return report(error, io);
  }
}

function report(error: unknown, { stderr, env }: Io): number {
  // Commander has written its own message by now; it also ends --help this way.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.refused;
  if (error instanceof CliError || error instanceof Sfs3Error) {
    stderr.write(`${error.message}\n`);
    if (env.SFS3_DEBUG && error.cause instanceof Error) stderr.write(`${error.cause.stack}\n`);
    return error instanceof CliError ? error.exitCode : EXIT_CODES.refused;
  }
  stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT_CODES.refused;
}
