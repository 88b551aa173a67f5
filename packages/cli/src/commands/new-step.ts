import type { Command } from "commander";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import type { NewStepOptions } from "../new-step/new-step.js";

export function addNewStep(group: Command, io: Io): void {
  group
    .command("step")
    .summary("make a step and its unit test, and add it to its flow")
    .description(
      "Makes a step with its schemas, and a unit test that passes at once; adds it to the chain of its flow, and\n" +
        "generates the definitions again. Either all of it is done or nothing.\n" +
        "A template of yours in .sfs3/templates/step is used instead of the one so named.",
    )
    .argument("<name>", "the step's name: 1 to 64 characters A-Z a-z 0-9 _ -")
    .option("--process <name>", "the flow: its folder in src, its name or its export (default: the only one there is)")
    .option(
      "--module <file>",
      "the module that exports the flow (default: src/<process>/flow.ts, src/flow.ts, src/flows.ts)",
    )
    .option("--after <state>", "add it behind this step or state, and what catches its errors (default: at the end)")
    .option("--before <state>", "add it before this step or state")
    .option(
      "--in-branch <branch>",
      "add it at the end of a branch: of the one that holds the state so named; or, together with --after, of the one " +
        "with this number (1 is the first), or of a 'new' one, of the parallel, choice, map, repeat or catch that is, " +
        "follows or holds that state",
    )
    .option("--reads <keys>", "keys of the sidecar that the step requires, separated by commas")
    .option(
      "--sample <json>",
      "values of these keys for the unit test: JSON or a file (default: made from the schemas)",
    )
    .option("--dir <folder>", "where the files belong (default: steps beside the flow, or src/steps)")
    .option("--dry-run", "print the files and the change of the flow instead of writing them")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 new step reserve --reads orderId
  sfs3 new step charge --process orders --after reserve --reads orderId,reserve-output
  sfs3 new step label --in-branch pack
  sfs3 new step notify --after reserve --in-branch new --dry-run`,
    )
    .action(async (name: string, options: NewStepOptions) => {
      // Loaded late: no other command reads sources and makes samples.
      const { newStep } = await import("../new-step/new-step.js");
      await newStep(name, options, io);
    });
}
