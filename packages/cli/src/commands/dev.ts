import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { CliError } from "../cli-error.js";
import type { DevOptions } from "../dev/dev.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";

/** What is served where no module is given: the first of these that there is. */
const USUAL_MODULES = ["src/flows.ts", "src/flow.ts", "src/flow.js", "flow.ts", "flow.js"];

export function addDev(program: Command, io: Io): void {
  program
    .command("dev")
    .summary("serve flows on this machine, and take over what changes")
    .description(
      "Serves S3, Step Functions, Lambda and IoT with every flow of the modules deployed, and POST " +
        "/<flow>/start-process, GET /<flow>/process-state and GET /<flow>/iot/keys.\n" +
        "Changes of the sources are taken over; executions under way finish on what they began with.\n" +
        "The environment to export goes to standard output, all else to standard error.",
    )
    .argument(
      "[module...]",
      `TypeScript or JavaScript files that export flows (default: the first there is of ${USUAL_MODULES.join(", ")})`,
    )
    .option("--port <number>", "port on 127.0.0.1; 0 is any free one", portOf, 4599)
    .option("--host <name>", "answer under this name as well; may be given several times", also)
    .option("--data <folder>", "keep objects and executions in this folder", ".sfs3")
    .option("--mocks <file>", "answers of services that are not here, in the format of Step Functions Local")
    .option("--open", "open the status page in the browser")
    .option("--exec <command>", "run this command with the environment set, and stop with its exit code")
    .option("--json", "print the addresses and the environment as one line of JSON once all is ready")
    .option("--write-env <file>", "write the environment to this file as well, for node --env-file")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}
  With --exec it is that of the command. Ctrl-C is no failure.

Examples:
  sfs3 dev
  sfs3 dev src/orders.ts src/payment.ts --port 0 --json
  sfs3 dev --exec 'vitest run integration'`,
    )
    .action(async (modules: readonly string[], options: Omit<DevOptions, "modules">) => {
      const { dev } = await import("../dev/dev.js");
      await dev({ ...options, modules: modules.length > 0 ? modules : [usualModule(io)] }, io);
    });
}

const also = (host: string, hosts: readonly string[] = []): readonly string[] => {
  if (HOST_NAME.test(host)) return [...hosts, host];
  throw new InvalidArgumentError("It must be a host's name or address, without a scheme and a port.");
};

const HOST_NAME = /^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\])$/;

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It must be an integer from 0 to 65535.");
}

function usualModule({ cwd }: Io): string {
  const found = USUAL_MODULES.find((path) => existsSync(resolve(cwd, path)));
  if (found !== undefined) return found;
  throw new CliError(
    `Which flows? There is none of ${USUAL_MODULES.join(", ")} in ${cwd}. Give the files that export them: sfs3 dev <module...>`,
  );
}
