import type { CallExpression, Node, ObjectExpression } from "@babel/types";
import { unwrapped } from "./syntax.js";

type Arguments = CallExpression["arguments"];

/** Where each word of the vocabulary has its branches. */
export const WORDS = {
  step: () => [],
  parallel: (args: Arguments) => (args.some(({ type }) => type === "SpreadElement") ? [] : args),
  choice: ([options]: Arguments) => waysOf(options),
  map: ([, body]: Arguments) => [body],
  repeat: ([body]: Arguments) => [body],
  catch: ([, recovery]: Arguments) => [recovery],
  wait: () => [],
  start: () => [],
  callback: () => [],
  pass: () => [],
  succeed: () => [],
  fail: () => [],
  state: () => [],
} satisfies Record<string, (args: Arguments) => readonly (Node | undefined)[]>;

export type Word = keyof typeof WORDS;

/** The expressions that a call's branches return, in the order of its state's chains; `undefined` for one written elsewhere. */
export const branchesOf = (word: Word, { arguments: args }: CallExpression): readonly (Node | undefined)[] =>
  WORDS[word](args).map((branch) => (branch === undefined ? undefined : returnedBy(unwrapped(branch))));

/** The ways of a choice, then `otherwise`. */
function waysOf(options: Node | undefined): readonly (Node | undefined)[] {
  const written = options === undefined ? undefined : unwrapped(options);
  if (written?.type !== "ObjectExpression") return [];
  const cases = propertyOf(written, "cases");
  const list = cases === undefined ? undefined : unwrapped(cases);
  if (list?.type !== "ArrayExpression" || list.elements.some((element) => element?.type === "SpreadElement")) return [];
  const runs = list.elements.map((element) => {
    const way = element === null ? undefined : unwrapped(element);
    return way?.type === "ObjectExpression" ? propertyOf(way, "run") : undefined;
  });
  return [...runs, propertyOf(written, "otherwise")];
}

function propertyOf({ properties }: ObjectExpression, name: string): Node | undefined {
  for (const property of properties) {
    if (property.type === "SpreadElement" || property.computed) continue;
    const { key } = property;
    if ((key.type === "Identifier" ? key.name : key.type === "StringLiteral" ? key.value : undefined) !== name)
      continue;
    return property.type === "ObjectProperty" ? property.value : property;
  }
  return undefined;
}

/** The expression that a function returns, where it is written so that there is but one. */
function returnedBy(node: Node): Node | undefined {
  switch (node.type) {
    case "ArrowFunctionExpression":
      return node.body.type === "BlockStatement" ? lastReturn(node.body.body) : node.body;
    case "FunctionExpression":
    case "ObjectMethod":
      return lastReturn(node.body.body);
    default:
      return undefined;
  }
}

/** Statements that go only one way: declarations, and a return at the end. */
function lastReturn(statements: readonly Node[]): Node | undefined {
  const last = statements.at(-1);
  const before = statements.slice(0, -1);
  if (last?.type !== "ReturnStatement" || !last.argument) return undefined;
  return before.every(({ type }) => type === "VariableDeclaration") ? last.argument : undefined;
}
