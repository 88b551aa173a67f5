import fc from "fast-check";
import { expect, test } from "vitest";
import { literalOf } from "./literal.js";

test("whatever JSON the value is, its source is that value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const evaluated: unknown = new Function(`return ${literalOf(value)}`)();

      expect(JSON.stringify(evaluated)).toBe(JSON.stringify(value));
    }),
  );
});

test.each([
  ['say "so"', `'say "so"'`],
  ["it's", `"it's"`],
  [`"it's"`, `'"it\\'s"'`],
  [`\\"\n`, `'\\\\"\\n'`],
])("the text %j is written in the quotes that need fewer escapes", (text, literal) => {
  expect(literalOf(text)).toBe(literal);
});
