import { type ParserPlugin, parse } from "@babel/parser";
import { type Expression, type File, type Node, VISITOR_KEYS } from "@babel/types";
import { NotEditableError } from "./not-editable.js";

/** A source and its syntax tree. */
export interface Source {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly tree: File;
}

/** Where a node stands in its source: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** @throws `NotEditableError` for what is neither TypeScript nor JavaScript of ES modules */
export function parseSource(path: string, text: string): Source {
  const isPlain = /\.[cm]?jsx?$/.test(path);
  const plugins: ParserPlugin[] = isPlain ? ["jsx"] : ["typescript", ...(path.endsWith("x") ? ["jsx" as const] : [])];
  try {
    const tree = parse(text, {
      sourceType: "module",
      plugins: [...plugins, "decorators"],
      // Where brackets stand decides where a call can be added.
      createParenthesizedExpressions: true,
      attachComment: false,
      errorRecovery: false,
    });
    return { path, text, tree };
  } catch (cause) {
    throw new NotEditableError(`its syntax is unknown (${(cause as Error).message})`, { cause });
  }
}

export function spanOf(node: Node): Span {
  const { start, end } = node;
  if (typeof start !== "number" || typeof end !== "number") throw new Error(`a ${node.type} without a place`);
  return { start, end };
}

export function childrenOf(node: Node): readonly Node[] {
  const keys = VISITOR_KEYS[node.type] ?? [];
  return keys.flatMap((key) => Reflect.get(node, key) as Node | null | undefined | (Node | null)[]).filter(isNode);
}

const isNode = (value: Node | null | undefined): value is Node => value !== null && value !== undefined;

export function* everyNode(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* everyNode(child);
}

/** The expression inside what changes its type only, and brackets. */
export function unwrapped(node: Node): Node {
  switch (node.type) {
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
      return unwrapped(node.expression);
    default:
      return node;
  }
}

/** What a member can be read from as it stands: `x.step` and not `(a ? b : c).step`. */
export const takesMembers = (node: Node): node is Expression =>
  ["Identifier", "CallExpression", "MemberExpression", "ParenthesizedExpression", "TSNonNullExpression"].includes(
    node.type,
  );
