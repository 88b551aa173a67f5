import { describe, expect, test } from "vitest";
import type { Json } from "../json.js";
import { scopeOf } from "./fixtures/scope.js";
import { compilePayloadTemplate } from "./payload-template.js";

const fill = (template: Json, input: Json = {}) => compilePayloadTemplate(template, "Parameters")(scopeOf(input));

describe("a member whose name ends in .$ gets what its expression gives:", () => {
  test.each<[string, Json, Json]>([
    ["a path", { "a.$": "$.x" }, { a: 1 }],
    ["the whole input", { "a.$": "$" }, { a: { x: 1, list: [] } }],
    ["an index past the end", { "a.$": "$.list[3]" }, { a: null }],
    ["an intrinsic function", { "a.$": "States.Array($.x)" }, { a: [1] }],
    ["in nested objects", { b: { c: { "a.$": "$.x" }, d: 2 } }, { b: { c: { a: 1 }, d: 2 } }],
    ["in lists", [{ "a.$": "$.x" }, "$.x", [{ "b.$": "$.list[*]" }]], [{ a: 1 }, "$.x", [{ b: [] }]]],
    [
      "beside what looks like an expression",
      { "a.$": "$.x", b: "$.x", "c.d": "States.UUID()" },
      { a: 1, b: "$.x", "c.d": "States.UUID()" },
    ],
    ["of any name", { "__proto__.$": "$.x" }, JSON.parse('{"__proto__":1}')],
  ])("%s", (_case, template, expected) => {
    const filled = fill(template, { x: 1, list: [] });

    expect(filled).toEqual(expected);
    expect(JSON.stringify(filled)).toBe(JSON.stringify(expected));
  });
});

test("context object and variables are read as well as the input", () => {
  const scope = scopeOf({}, { context: () => ({ Task: { Token: "t" } }), variables: { v: { w: 2 } } });

  expect(compilePayloadTemplate({ "token.$": "$$.Task.Token", "w.$": "$v.w" }, "Parameters")(scope)).toEqual({
    token: "t",
    w: 2,
  });
});

test("what holds no expression is shared, not copied", () => {
  const fixed = { deep: [1, { a: null }] };
  const template = { fixed, "a.$": "$" };

  expect(fill(fixed)).toBe(fixed);
  expect((fill(template) as { fixed: Json }).fixed).toBe(fixed);
  expect(fill("$.x")).toBe("$.x");
});

test("a path that leads nowhere fails in AWS's words", () => {
  expect(() => fill({ deep: { "JobName.$": "$.JobName" } }, { a: 1 })).toThrow(
    expect.objectContaining({
      error: "States.Runtime",
      text: `The JSONPath '$.JobName' specified for the field 'JobName.$' could not be found in the input '{"a":1}'`,
    }),
  );
});

describe("what is no expression is refused with its place:", () => {
  test.each<[string, Json, string]>([
    ["a text", { "a.$": "x" }, "'a.$' must be a valid JSONPath or a valid intrinsic function call at Parameters/a.$: "],
    [
      "a number",
      { b: [{ "a.$": 1 }] },
      "'a.$' must be a valid JSONPath or a valid intrinsic function call at Parameters/b[0]/a.$",
    ],
    ["a path that breaks off", { "a.$": "$.x[" }, "Parameters/a.$: Value is not a valid JSONPath: "],
    [
      "a function that is none",
      { "a.$": "States.Shout('x')" },
      "Parameters/a.$: States.Shout is not an intrinsic function",
    ],
    ["a name given twice", { a: 1, "a.$": "$" }, "The fields 'a' and 'a.$' cannot both be given at Parameters"],
  ])("%s", (_case, template, message) => {
    expect(() => compilePayloadTemplate(template, "Parameters")).toThrow(message);
  });
});
