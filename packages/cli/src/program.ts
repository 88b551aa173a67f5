import { Command } from "commander";
import { addCheck } from "./commands/check.js";
import { addCost } from "./commands/cost.js";
import { addDev } from "./commands/dev.js";
import { addGenAsl } from "./commands/gen-asl.js";
import { addGraph } from "./commands/graph.js";
import { addInit } from "./commands/init.js";
import { addNew } from "./commands/new.js";
import { addRun } from "./commands/run.js";
import { EXIT_CODES_HELP } from "./exit-codes.js";
import type { Io } from "./io.js";
import { addList } from "./operate/list.js";
import { addRedrive } from "./operate/redrive.js";
import { addReplay } from "./operate/replay.js";
import { addShow } from "./operate/show.js";
import { addStart } from "./operate/start.js";
import { addStatus } from "./operate/status.js";
import { addStop } from "./operate/stop.js";
import { addWait } from "./operate/wait.js";
import { VERSION } from "./version.js";

/**
 * The `sfs3` command as a value: nothing of it touches the process, so that tests drive it in memory.
 *
 * @example
 * ```ts
 * import { createProgram } from "@sfs3/cli";
 *
 * const program = createProgram(io);
 * await program.parseAsync(["gen-asl", "src/flow.ts"], { from: "user" });
 * ```
 */
export function createProgram(io: Io): Command {
  const program = new Command("sfs3")
    .description("Step Functions processes whose data lives in S3: scaffold, generate, check, run, operate.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
    })
    .showHelpAfterError("(sfs3 --help shows what there is)")
    .addHelpText("after", EXIT_CODES_HELP);
  addInit(program, io);
  addGenAsl(program, io);
  addRun(program, io);
  addDev(program, io);
  addNew(program, io);
  addCheck(program, io);
  addGraph(program, io);
  addCost(program, io);
  addStart(program, io);
  addWait(program, io);
  addStatus(program, io);
  addList(program, io);
  addShow(program, io);
  addStop(program, io);
  addRedrive(program, io);
  addReplay(program, io);
  for (const command of program.commands) {
    command.showHelpAfterError(`(sfs3 ${command.name()} --help shows what there is)`);
  }
  return program;
}
