import { readFileSync } from "node:fs";
import { NotEditableError } from "./not-editable.js";
import { resolveModule } from "./resolve-module.js";
import { parseSource, type Source } from "./syntax.js";

/**
 * The project's modules that a module imports, and those that they import, nearer ones first. Left out are those that
 * import the module itself: what it imports must not need them first.
 */
export function reachableModules(path: string): readonly string[] {
  const imports = new Map<string, readonly string[]>();
  const queue = [path];
  for (const module of queue) {
    if (imports.has(module)) continue;
    const imported = importsOf(module);
    imports.set(module, imported);
    queue.push(...imported);
  }
  const leadsBack = reaching(path, imports);
  return [...imports.keys()].filter((module) => module !== path && !leadsBack.has(module));
}

function reaching(path: string, imports: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set([path]);
  let before = 0;
  while (found.size > before) {
    before = found.size;
    for (const [module, imported] of imports) if (imported.some((one) => found.has(one))) found.add(module);
  }
  return found;
}

function importsOf(path: string): readonly string[] {
  if (!/\.[cm]?[jt]sx?$/.test(path)) return [];
  return specifiersOf(path).flatMap((specifier) => resolveModule(path, specifier) ?? []);
}

function specifiersOf(path: string): readonly string[] {
  const source = parsed(path);
  return (source?.tree.program.body ?? []).flatMap((statement) => {
    switch (statement.type) {
      case "ImportDeclaration":
        return statement.importKind === "type" ? [] : [statement.source.value];
      case "ExportAllDeclaration":
        return [statement.source.value];
      case "ExportNamedDeclaration":
        return statement.source ? [statement.source.value] : [];
      default:
        return [];
    }
  });
}

/** A module that cannot be read as a source, generated code perhaps, has no part in this. */
function parsed(path: string): Source | undefined {
  try {
    return parseSource(path, readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof NotEditableError) return undefined;
    throw error;
  }
}
