const ROUTE_VALUE = /\$states\.input\.route\.`([^`]+)`\.`([^`]+)`/g;

/** A test that asks for the type first, so that JSONata compares like with like. */
const GUARDED = /\(\$type\([^()]+\) = "\w+" \? (.+?) : false\)/g;

const MAX_LENGTH = 48;

/** A JSONata condition as a person would write it: `review.score >= 3`. */
export function conditionText(jsonata: string): string {
  const text = jsonata
    .replace(ROUTE_VALUE, "$1.$2")
    .replace(GUARDED, "$1")
    .replace(/^\((.*)\)$/, "$1");
  const characters = [...text];
  return characters.length <= MAX_LENGTH ? text : `${characters.slice(0, MAX_LENGTH - 1).join("")}…`;
}
