import type { Node } from "@babel/types";
import { childrenOf, type Source } from "./syntax.js";

/** `name`, or the first of `nameStep`, `nameStep2`, ... that stands for nothing yet anywhere in the module. */
export function freeName({ tree }: Source, name: string): string {
  const taken = new Set(namesIn(tree));
  for (let count = 0; ; count += 1) {
    const candidate = [name, `${name}Step`][count] ?? `${name}Step${count}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Every identifier that is not the name of a property, or one that belongs to another module. */
function* namesIn(node: Node): Generator<string> {
  if (node.type === "Identifier") yield node.name;
  const silent = silentChild(node);
  for (const child of childrenOf(node)) if (child !== silent) yield* namesIn(child);
}

function silentChild(node: Node): Node | undefined {
  switch (node.type) {
    case "MemberExpression":
    case "OptionalMemberExpression":
      return node.computed ? undefined : node.property;
    case "ObjectProperty":
      return node.computed || node.shorthand ? undefined : node.key;
    case "ObjectMethod":
    case "ClassMethod":
    case "ClassProperty":
      return node.computed ? undefined : node.key;
    case "ImportSpecifier":
      return node.imported;
    case "ExportSpecifier":
      return node.exported;
    default:
      return undefined;
  }
}
