const MAX_LINE_LENGTH = 120;

/** JSON in which what fits a line stands on one: a schema that changes is a line that changes. */
export function compactJson(value: unknown, indent = ""): string {
  const line = oneLine(value);
  if (indent.length + line.length <= MAX_LINE_LENGTH || typeof value !== "object" || value === null) return line;
  const inner = `${indent}  `;
  const [open, close, members] = Array.isArray(value)
    ? ["[", "]", value.map((item) => compactJson(item, inner))]
    : ["{", "}", Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${compactJson(item, inner)}`)];
  return `${open}\n${members.map((member) => `${inner}${member}`).join(",\n")}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
