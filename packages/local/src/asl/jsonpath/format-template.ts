import { isJsonObject, type Json } from "../json.js";
import { IntrinsicArgumentError } from "./intrinsic-argument.js";

// An escaped character, a placeholder, a brace that is neither, or text.
const TOKEN = /\\['{}\\]|\{\}|[{}]|[^\\{}]+|\\/g;

/** Puts the values in the places of `{}`, as `States.Format` does. */
export function formatTemplate(template: string, values: readonly Json[]): string {
  const tokens = template.match(TOKEN) ?? [];
  const places = tokens.filter((token) => token === "{}").length;
  if (places !== values.length) {
    throw new IntrinsicArgumentError(
      `number of arguments do not match the occurrences of {}: ${values.length} for ${places}`,
    );
  }
  let position = 0;
  return tokens
    .map((token) => {
      if (token === "{}") return javaText(values[position++] ?? null);
      if (token === "{" || token === "}") throw new IntrinsicArgumentError(`matching brace not found for '${token}'`);
      return token.length > 1 && token.startsWith("\\") ? token.slice(1) : token;
    })
    .join("");
}

/** A value as Java prints it: the service is written in Java, and it shows here. */
function javaText(value: Json): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(javaText).join(", ")}]`;
  if (!isJsonObject(value)) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}=${javaText(member)}`);
  return `{${members.join(", ")}}`;
}
