import { readFileSync } from "node:fs";
import type { ExportNamedDeclaration, ExportSpecifier, Node, Statement, VariableDeclarator } from "@babel/types";
import { NotEditableError } from "./not-editable.js";
import { resolveModule } from "./resolve-module.js";
import { parseSource, type Source } from "./syntax.js";

/** Where a flow is written. */
export interface FlowSource {
  readonly source: Source;
  /** The expression whose value it is. */
  readonly expression: Node;
}

/**
 * Finds the expression of an exported flow, through re-exports and imports.
 *
 * @param path absolute path of a module that exports it
 * @throws `NotEditableError` where it is not the value of a constant, or comes from where this cannot be seen
 */
export function findFlow(path: string, exportName: string): FlowSource {
  const found = findExport(path, exportName, new Set());
  if (found === undefined) throw new NotEditableError(`where '${exportName}' of ${path} is written cannot be seen`);
  return found;
}

function findExport(path: string, name: string, seen: Set<string>): FlowSource | undefined {
  if (seen.has(`${path}#${name}`)) return undefined;
  seen.add(`${path}#${name}`);
  const source = parseSource(path, readFileSync(path, "utf8"));
  for (const statement of source.tree.program.body) {
    const found = exportedBy(statement, { source, name, seen });
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Search {
  readonly source: Source;
  readonly name: string;
  readonly seen: Set<string>;
}

function exportedBy(statement: Statement, search: Search): FlowSource | undefined {
  const { source, name } = search;
  switch (statement.type) {
    case "ExportNamedDeclaration":
      return exportedByName(statement, search);
    case "ExportDefaultDeclaration":
      if (name !== "default") return undefined;
      return namedValue(statement.declaration, search) ?? { source, expression: statement.declaration };
    case "ExportAllDeclaration":
      return name === "default" ? undefined : elsewhere(statement.source.value, name, search);
    default:
      return undefined;
  }
}

function exportedByName(statement: ExportNamedDeclaration, search: Search): FlowSource | undefined {
  const { name, source } = search;
  if (statement.declaration?.type === "VariableDeclaration") return declaredBy(statement.declaration, name, source);
  const specifier = statement.specifiers
    .filter((specifier) => specifier.type === "ExportSpecifier")
    .find(({ exported }) => nameOf(exported) === name);
  if (specifier === undefined) return undefined;
  const local = localNameOf(specifier);
  return statement.source ? elsewhere(statement.source.value, local, search) : localValue(local, search);
}

const nameOf = (node: ExportSpecifier["exported"]): string => (node.type === "Identifier" ? node.name : node.value);

/** `export { "a name" as x } from` has a string there, which the types do not say. */
const localNameOf = ({ local }: ExportSpecifier): string => nameOf(local);

const elsewhere = (specifier: string, name: string, { source, seen }: Search): FlowSource | undefined => {
  const path = resolveModule(source.path, specifier);
  return path === undefined ? undefined : findExport(path, name, seen);
};

const namedValue = (node: Node, search: Search): FlowSource | undefined =>
  node.type === "Identifier" ? localValue(node.name, search) : undefined;

/** What a name at the top of the module stands for. */
function localValue(name: string, search: Search): FlowSource | undefined {
  for (const statement of search.source.tree.program.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type === "VariableDeclaration") {
      const found = declaredBy(declaration, name, search.source);
      if (found !== undefined) return found;
    }
    if (statement.type !== "ImportDeclaration") continue;
    const specifier = statement.specifiers.find(({ local }) => local.name === name);
    if (specifier?.type === "ImportDefaultSpecifier") return elsewhere(statement.source.value, "default", search);
    if (specifier?.type === "ImportSpecifier") {
      return elsewhere(statement.source.value, nameOf(specifier.imported), search);
    }
  }
  return undefined;
}

interface Declaration {
  readonly kind: string;
  readonly declarations: readonly VariableDeclarator[];
}

function declaredBy({ kind, declarations }: Declaration, name: string, source: Source): FlowSource | undefined {
  const declarator = declarations.find(({ id }) => id.type === "Identifier" && id.name === name);
  if (declarator === undefined) return undefined;
  if (kind !== "const" || !declarator.init) {
    throw new NotEditableError(`'${name}' is declared by ${kind}, so that what it is may change`);
  }
  return { source, expression: declarator.init };
}
