import { parse } from "@babel/parser";
import type { Statement } from "@babel/types";
import type { ProcessView } from "@sfs3/templates";
import { CliError } from "../cli-error.js";
import type { FileEdit } from "./change-set.js";

/**
 * Adds a process to the module that exports every flow.
 *
 * @throws `CliError` where the module exports something of that name already, or cannot be read
 */
export function addToFlows(path: string, before: string, { name, identifier }: ProcessView): FileEdit {
  if (exportedNames(path, before).includes(identifier)) {
    throw new CliError(`${path} exports '${identifier}' already; nothing was written. Choose another name.`);
  }
  const separator = before === "" || before.endsWith("\n") ? "" : "\n";
  return { path, before, after: `${before}${separator}export { ${identifier} } from "./${name}/flow.js";\n` };
}

function exportedNames(path: string, source: string): readonly string[] {
  return parseModule(path, source).flatMap((statement) => {
    if (statement.type !== "ExportNamedDeclaration") return [];
    const listed = statement.specifiers.flatMap(({ exported }) =>
      "name" in exported ? exported.name : exported.value,
    );
    const declared = statement.declaration?.type === "VariableDeclaration" ? statement.declaration.declarations : [];
    return [...listed, ...declared.flatMap(({ id }) => ("name" in id ? id.name : []))].map(String);
  });
}

/** @throws `CliError` where the source is no module */
export function parseModule(path: string, source: string): readonly Statement[] {
  try {
    return parse(source, { sourceType: "module", plugins: ["typescript"] }).program.body;
  } catch (cause) {
    throw new CliError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
