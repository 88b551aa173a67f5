import { join } from "node:path";
import { firstStepView, type ProcessView, processView } from "@sfs3/templates";
import type { Io } from "../io.js";
import { filesIn, type NewFile } from "./change-set.js";
import { checkName } from "./names.js";
import { renderFiles } from "./render.js";

/** A process to make, by the names that the user gave. */
export interface NewProcess {
  readonly name: string;
  readonly step: string;
}

/** A flow's name has 64 characters at most; 7 are left for the `Process` that goes before a name that is taken. */
const MAX_NAME_LENGTH = 57;

/** @throws `CliError` with a suggestion, for a name that the wire contract does not allow */
export function checkProcess({ name, step }: NewProcess, command: string): ProcessView {
  checkName(name, { thing: "process", command, fallback: "orders", maxLength: MAX_NAME_LENGTH });
  checkName(step, { thing: "step", command: `${command} ${name} --step`, fallback: "reserve" });
  return processView({ name, step });
}

/** The files of a process and of its first step, from the project's root. */
export function processFiles(view: ProcessView, io: Pick<Io, "cwd">): readonly NewFile[] {
  const folder = join("src", view.name);
  return [
    ...filesIn(folder, renderFiles("process", view, io)),
    ...filesIn(join(folder, "steps"), renderFiles("step", firstStepView(view), io)),
  ];
}
