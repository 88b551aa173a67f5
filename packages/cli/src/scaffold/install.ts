import { spawn } from "node:child_process";
import { once } from "node:events";
import { CliError } from "../cli-error.js";
import { EXIT_CODES } from "../exit-codes.js";
import type { Io } from "../io.js";
import { type PackageManager, packageManagerProgram } from "./package-manager.js";

/**
 * Installs the dependencies of the project in `io.cwd`. What the package manager says goes to standard error.
 *
 * @throws `CliError` that says what is left to do, where it is not there or fails
 */
export async function installDependencies(packageManager: PackageManager, io: Io): Promise<void> {
  const status = await runInstall(packageManager, io).catch((cause: NodeJS.ErrnoException) => {
    throw unfinished(problemOf(packageManager, cause), { packageManager, folder: io.cwd }, cause);
  });
  if (status === 0) return;
  throw unfinished(`${packageManager} install ended with ${status}.`, { packageManager, folder: io.cwd });
}

async function runInstall(packageManager: PackageManager, { cwd, env, stderr, signal }: Io): Promise<number | string> {
  const [command, ...args] = packageManagerProgram(packageManager, env);
  // Node.js runs Windows' command files, such as npm.cmd, by a shell only.
  const shell = process.platform === "win32" && args.length === 0;
  const child = spawn(command, [...args, "install"], { cwd, env, shell, signal, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => void stderr.write(text));
  }
  const [code, killedBy] = (await once(child, "close")) as [number | null, string | null];
  return code ?? String(killedBy);
}

function problemOf(packageManager: PackageManager, { name, code, message }: NodeJS.ErrnoException): string {
  if (name === "AbortError") return `${packageManager} install was interrupted.`;
  return `${packageManager} cannot be run: ${code === "ENOENT" ? "it is not on the PATH" : message}.`;
}

interface Unfinished {
  readonly packageManager: PackageManager;
  readonly folder: string;
}

const unfinished = (problem: string, { packageManager, folder }: Unfinished, cause?: unknown): CliError =>
  new CliError(
    `${problem} The project is made, its dependencies are not installed. ` +
      `To go on, in ${folder}: ${packageManager} install && ${packageManager} run gen-asl`,
    { cause, exitCode: EXIT_CODES.unfinished },
  );
