import type { Command } from "commander";
import type { Io } from "../io.js";
import { addNewProcess } from "./new-process.js";
import { addNewStep } from "./new-step.js";

/** The group of commands that make something; each thing adds its own. */
export function addNew(program: Command, io: Io): void {
  const group = program
    .command("new")
    .summary("make a new process or step")
    .description("Makes the files of something new. Nothing that exists is overwritten.");
  addNewProcess(group, io);
  addNewStep(group, io);
}
