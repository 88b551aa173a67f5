import { spawn } from "node:child_process";
import { constants } from "node:os";
import { CliError } from "../cli-error.js";

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Passed on to the command when it aborts: its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Whether a person types at this process: their terminal sends Ctrl-C to the command as well. */
  readonly isInteractive: boolean;
}

/**
 * Runs a command in the shell, with this process's own input and output, until it ends.
 *
 * @returns its exit code; 128 and the signal's number where a signal has ended it, as shells say it
 */
export function runCommand(command: string, { cwd, env, signal, isInteractive }: CommandOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd, env: { ...env }, shell: true, stdio: "inherit" });
    const forward = () => {
      const name = signalName(signal.reason);
      if (name !== "SIGINT" || !isInteractive) child.kill(name);
    };
    signal.addEventListener("abort", forward, { once: true });
    if (signal.aborted) forward();
    child.once("error", (cause) => reject(new CliError(`The command does not start: ${cause.message}`, { cause })));
    child.once("close", (code, endedBy) => {
      signal.removeEventListener("abort", forward);
      resolve(code ?? 128 + (endedBy === null ? 0 : constants.signals[endedBy]));
    });
  });
}

const signalName = (reason: unknown): NodeJS.Signals =>
  typeof reason === "string" && Object.hasOwn(constants.signals, reason) ? (reason as NodeJS.Signals) : "SIGINT";
