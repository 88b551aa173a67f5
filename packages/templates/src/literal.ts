/** A JSON value as source, formatted as formatters have it; `indent` is that of the line on which it begins. */
export function literalOf(value: unknown, indent = ""): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) return arrayLiteral(value, indent);
  if (typeof value === "string") return textLiteral(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const lines = Object.entries(value).map(([key, item]) => `${inner}${memberOf(key)}: ${literalOf(item, inner)},\n`);
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
}

/** In the quotes that need fewer escapes. */
function textLiteral(text: string): string {
  const count = (quote: string) => text.split(quote).length;
  const quoted = JSON.stringify(text);
  if (count('"') <= count("'")) return quoted;
  const inside = quoted.slice(1, -1).replaceAll(/\\"|\\.|'/g, (found) => ESCAPES[found] ?? found);
  return `'${inside}'`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\"': '"', "'": "\\'" };

function arrayLiteral(items: readonly unknown[], indent: string): string {
  const inner = `${indent}  `;
  const written = items.map((item) => literalOf(item, inner));
  const line = `[${written.join(", ")}]`;
  const breaks = line.includes("\n") || inner.length + line.length > 80;
  return breaks ? `[\n${written.map((item) => `${inner}${item},\n`).join("")}${indent}]` : line;
}

/** The name of a property of an object literal: in quotes where it needs them. */
export const propertyOf = (key: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key);

/** In a value, `__proto__` is a key as any other; as a bare name it would set the prototype. */
const memberOf = (key: string): string => (key === "__proto__" ? '["__proto__"]' : propertyOf(key));
