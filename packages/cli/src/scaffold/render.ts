import { join } from "node:path";
import { renderTemplate, TemplateError, type View } from "@sfs3/templates";
import { CliError } from "../cli-error.js";
import type { Io } from "../io.js";
import type { NewFile } from "./change-set.js";

/**
 * The files of a thing, by its templates or the user's own in `.sfs3/templates`.
 *
 * @throws `CliError` that names the template that cannot be rendered
 */
export function renderFiles(thing: string, view: View, { cwd }: Pick<Io, "cwd">): readonly NewFile[] {
  try {
    return renderTemplate(thing, view, { overrides: join(cwd, ".sfs3", "templates") });
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}
