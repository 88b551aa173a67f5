import type { Expression, NewExpression, Statement } from "@babel/types";
import type { ProcessView } from "@sfs3/templates";
import type { FileEdit } from "./change-set.js";
import { parseModule } from "./flows-module.js";

/** How a process is deployed by the app, in the words of the app. */
const constructOf = ({ name, identifier, typeName }: ProcessView, { scope, flows }: AppNames): string =>
  `new Sfs3Process(${scope}, "${typeName}", { flow: ${flows}.${identifier}, entry: "src/${name}/steps" });`;

/** What the app calls the stack and the module of the flows. */
interface AppNames {
  readonly scope: string;
  readonly flows: string;
}

/** What a user adds where the app is too clever to be edited. */
export const constructToAdd = (process: ProcessView): string =>
  constructOf(process, { scope: "stack", flows: "flows" });

/**
 * Adds a process to a CDK app, behind the last `new Sfs3Process(...)` that is a statement of its own. All else of the
 * source stays as it is.
 *
 * @returns `undefined` where the app has no such statement, or does not import the flows as a namespace
 * @throws `CliError` where the source is no module
 */
export function addToApp(path: string, before: string, process: ProcessView): FileEdit | undefined {
  const statements = parseModule(path, before);
  const last = statements.findLast((statement) => constructedBy(statement) !== undefined);
  const scope = last && scopeOf(constructedBy(last));
  const flows = statements.map(namespaceOfFlows).find((name) => name !== undefined);
  if (typeof last?.end !== "number" || scope === undefined || flows === undefined) return undefined;
  const after = `${before.slice(0, last.end)}\n${constructOf(process, { scope, flows })}${before.slice(last.end)}`;
  return { path, before, after };
}

/** The `new Sfs3Process(...)` that a statement is, or whose value it keeps or exports. */
function constructedBy(statement: Statement): NewExpression | undefined {
  const expression = expressionOf(statement);
  if (expression?.type !== "NewExpression") return undefined;
  const { callee } = expression;
  return callee.type === "Identifier" && callee.name === "Sfs3Process" ? expression : undefined;
}

function expressionOf(statement: Statement): Expression | null | undefined {
  switch (statement.type) {
    case "ExpressionStatement":
      return statement.expression;
    case "VariableDeclaration":
      return statement.declarations.at(-1)?.init;
    case "ExportNamedDeclaration":
      return statement.declaration ? expressionOf(statement.declaration) : undefined;
    default:
      return undefined;
  }
}

function scopeOf(construct: NewExpression | undefined): string | undefined {
  const [scope] = construct?.arguments ?? [];
  return scope?.type === "Identifier" ? scope.name : undefined;
}

/** `flows` of `import * as flows from "../src/flows.js"` */
function namespaceOfFlows(statement: Statement): string | undefined {
  if (statement.type !== "ImportDeclaration" || !/\/flows(\.[jt]s)?$/.test(statement.source.value)) return undefined;
  return statement.specifiers.find(({ type }) => type === "ImportNamespaceSpecifier")?.local.name;
}
