import { askOn } from "./ask.js";
import { main } from "./main.js";

/**
 * Runs the `sfs3` command in this process, as its terminal, and ends the process with the command's exit code.
 *
 * @param args the command line behind `sfs3`
 *
 * @example
 * ```ts
 * import { runCommandLine } from "@sfs3/cli";
 *
 * await runCommandLine(["init", ...process.argv.slice(2)]);
 * ```
 */
export async function runCommandLine(args: readonly string[]): Promise<never> {
  // The Node.js of this machine is not the one that a deployed function has: its age is no news here.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const streams = [process.stdout, process.stderr];
  process.stdout.on("error", refuseUnlessClosed);
  process.stderr.on("error", refuseUnlessUntold);
  const { stdin, stdout, stderr, env } = process;
  const ask = stdin.isTTY && stderr.isTTY ? { ask: askOn(stdin, stderr) } : {};
  const exitCode = await main(args, { cwd: process.cwd(), env, stdin, stdout, stderr, signal: interruption(), ...ask });
  // A handler that ran in this thread may have left timers, and standard input may be open: neither keeps the process.
  await Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))));
  process.exit(exitCode);
}

/** The first Ctrl-C asks the command to stop and clean up; a second one does not wait for it. */
function interruption(): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => interrupt.abort(signal));
  return interrupt.signal;
}

/** Where talk goes to a file on a disk that is full, what is talked of goes on. */
function refuseUnlessUntold(error: NodeJS.ErrnoException): void {
  if (!["ENOSPC", "EDQUOT", "EFBIG", "EIO"].includes(error.code ?? "")) refuseUnlessClosed(error);
}

/** Whoever read the output, as `| head` does, has had enough of it. */
function refuseUnlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
