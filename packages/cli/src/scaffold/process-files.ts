import { join } from "node:path";
import { firstStepView, type ProcessView, processView } from "@sfs3/templates";
import { CliError } from "../cli-error.js";
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
  checkName(name, { thing: "process", command, fallback: "orders" });
  if (name.length > MAX_NAME_LENGTH) {
    throw new CliError(
      `'${name}' cannot name a process: it has ${name.length} characters of at most ${MAX_NAME_LENGTH}. ` +
        `Try: ${command} ${name.slice(0, MAX_NAME_LENGTH)}`,
    );
  }
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
