import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fieldsOf } from "../fields.js";
import type { Json } from "../json.js";
import { compileChoiceRule } from "./choice-rule.js";
import { scopeOf } from "./fixtures/scope.js";

const compileRule = (rule: Json) => compileChoiceRule(fieldsOf(rule, "/Choices[0]"));
const holds = (rule: Json, input: Json) => compileRule(rule)(scopeOf(input));

const EARLY = "2026-01-31T12:00:00Z";
const LATE = "2026-01-31T12:00:00.001Z";

describe("a comparison holds for values of its type alone:", () => {
  test.each<[string, Json, readonly Json[], readonly Json[]]>([
    ["StringEquals", "b", ["b"], ["B", "", 0, null, ["b"]]],
    ["StringLessThan", "b", ["a", "B", ""], ["b", "c", 1]],
    ["StringLessThanEquals", "b", ["a", "b"], ["c", true]],
    ["StringGreaterThan", "b", ["c", "ba"], ["b", "a", {}]],
    ["StringGreaterThanEquals", "b", ["c", "b"], ["a", null]],
    ["NumericEquals", 1, [1], [1.1, "1", true, null, [1]]],
    ["NumericLessThan", 1, [0, -5], [1, 2, "0", false, null]],
    ["NumericLessThanEquals", 1, [0, 1], [2, "1"]],
    ["NumericGreaterThan", 1, [1.5], [1, 0, "2"]],
    ["NumericGreaterThanEquals", 1, [1, 2], [0, "2"]],
    ["BooleanEquals", false, [false], [true, 0, "", null]],
    [
      "TimestampEquals",
      EARLY,
      [EARLY, "2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00.000Z"],
      [LATE, "2026-01-31", 0],
    ],
    ["TimestampLessThan", LATE, [EARLY], [LATE, "2026-01-31T12:00:00", null]],
    ["TimestampLessThanEquals", EARLY, [EARLY], [LATE, 1]],
    ["TimestampGreaterThan", EARLY, [LATE], [EARLY, "tomorrow"]],
    ["TimestampGreaterThanEquals", EARLY, [EARLY, LATE], ["2025-01-31T12:00:00Z", {}]],
  ])("%s %j", (operator, operand, matching, others) => {
    const withPath = { Variable: "$.value", [`${operator}Path`]: "$.operand" };

    for (const [values, expected] of [
      [matching, true],
      [others, false],
    ] as const) {
      for (const value of values) {
        expect(holds({ Variable: "$.value", [operator]: operand }, { value }), JSON.stringify(value)).toBe(expected);
        expect(holds(withPath, { value, operand }), JSON.stringify(value)).toBe(expected);
      }
    }
    expect(holds(withPath, { value: matching[0] ?? null, operand: [] })).toBe(false);
  });
});

describe("a test of type holds for values of that type, and with false for all others:", () => {
  const values: readonly Json[] = [null, "a", EARLY, 1, true, [], {}];
  test.each<[string, readonly Json[]]>([
    ["IsNull", [null]],
    ["IsString", ["a", EARLY]],
    ["IsNumeric", [1]],
    ["IsBoolean", [true]],
    ["IsTimestamp", [EARLY]],
    ["IsPresent", values],
  ])("%s", (name, expected) => {
    const chosen = (given: boolean) =>
      values.filter((value) => holds({ Variable: "$.value", [name]: given }, { value }));

    expect(chosen(true)).toEqual(expected);
    expect(chosen(false)).toEqual(values.filter((value) => !expected.includes(value)));
  });
});

test("IsPresent is the one test that an absent variable passes", () => {
  expect(holds({ Variable: "$.a.b", IsPresent: true }, {})).toBe(false);
  expect(holds({ Variable: "$.a.b", IsPresent: false }, {})).toBe(true);
  expect(holds({ Variable: "$.list[1]", IsPresent: true }, { list: [0] })).toBe(false);
  expect(holds({ Variable: "$absent", IsPresent: true }, {})).toBe(false);
  expect(holds({ Variable: "$.constructor", IsPresent: true }, {})).toBe(false);
});

describe("a pattern matches the whole text:", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["foo*.log", ["foo.log", "foo-23.log", "foo*.log"], ["foo.log.", "a foo.log", "fo.log"]],
    ["*", ["", "anything"], []],
    ["a*b*c", ["abc", "a-b-b-c", "abcbc"], ["acb", "ab", "abcd"]],
    ["aa*aa", ["aaaa", "aa-aa"], ["aaa"]],
    ["\\*", ["*"], ["a", "\\*"]],
    ["a\\\\*", ["a\\", "a\\b"], ["a", "ab"]],
    ["a.c", ["a.c"], ["abc"]],
    ["", [""], ["a"]],
    ["a\n*", ["a\nb\n"], ["a"]],
  ])("%j", (pattern, matching, others) => {
    const rule = { Variable: "$", StringMatches: pattern };

    for (const text of matching) expect(holds(rule, text), text).toBe(true);
    for (const text of others) expect(holds(rule, text), text).toBe(false);
    expect(holds(rule, 1)).toBe(false);
  });

  test("made of any texts with stars between, it matches them with anything between", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1 }), (parts) => {
        const pattern = parts.map(([text]) => text.replace(/[\\*]/g, "\\$&")).join("*");
        const text = parts.map(([part, gap], index) => (index === 0 ? part : gap + part)).join("");

        expect(holds({ Variable: "$", StringMatches: pattern }, text)).toBe(true);
      }),
    );
  });

  test("in a time that does not grow with each star", () => {
    expect(holds({ Variable: "$", StringMatches: `${"a*".repeat(200)}b` }, "a".repeat(100_000))).toBe(false);
  });
});

test("And, Or and Not join rules to any depth, and look no further than they must", () => {
  const positive = { Variable: "$.n", NumericGreaterThan: 0 };
  const absent = { Variable: "$.absent", IsNull: true };
  const guarded = { And: [{ Variable: "$.absent", IsPresent: true }, absent], Comment: "guarded" };

  expect(holds({ And: [positive, { Not: guarded }] }, { n: 1 })).toBe(true);
  expect(holds({ Or: [guarded, { Not: positive }] }, { n: 1 })).toBe(false);
  expect(holds({ Or: [positive, absent] }, { n: 1 })).toBe(true);
});

test("variables and the context object are compared as well as the input", () => {
  const scope = scopeOf({}, { context: () => ({ State: { Name: "A" } }), variables: { guess: "A" } });

  expect(compileRule({ Variable: "$guess", StringEqualsPath: "$$.State.Name" })(scope)).toBe(true);
});

test.each<[string, Json]>([
  ["$.a.b", { Variable: "$.a.b", StringEquals: "x" }],
  ["$.list[0]", { Variable: "$.list[0]", IsNull: true }],
  ["$.b", { Variable: "$.a", NumericEqualsPath: "$.b" }],
  ["$v", { Not: { Variable: "$v", BooleanEquals: true } }],
])("an absent %s fails in AWS's words", (path, rule) => {
  expect(() => holds(rule, { a: 1, list: [] })).toThrow(
    expect.objectContaining({
      error: "States.Runtime",
      text: `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    }),
  );
});

test("only the condition's own fields are read: the caller closes the rule", () => {
  const fields = fieldsOf({ Variable: "$.a", IsNull: true, Next: "B" }, "/Choices[0]");

  compileChoiceRule(fields);

  expect(() => fields.close("a rule")).toThrow('field "Next" is not supported in a rule');
  fields.string("Next");
  expect(() => fields.close("a rule")).not.toThrow();
});

describe("a rule is refused at the field that is wrong:", () => {
  test.each<[string, Json, string]>([
    ["no operator", { Variable: "$.a" }, "/Choices[0]/Variable"],
    ["two operators", { Variable: "$.a", IsNull: true, StringEquals: "a" }, "only one of"],
    ["no variable", { IsNull: true }, "/Choices[0]/Variable"],
    ["a variable that is no path", { Variable: "a", IsNull: true }, "Value is not a valid JSONPath"],
    [
      "an operand of another type",
      { Variable: "$.a", StringEquals: 1 },
      "a string is expected at /Choices[0]/StringEquals",
    ],
    ["a number as text", { Variable: "$.a", NumericEquals: "1" }, "a number is expected"],
    ["a day that is none", { Variable: "$.a", TimestampEquals: "2026-02-30T00:00:00Z" }, "a timestamp such as"],
    ["an operand that is no path", { Variable: "$.a", StringEqualsPath: "b" }, "/Choices[0]/StringEqualsPath"],
    ["a test with a text", { Variable: "$.a", IsPresent: "true" }, "a boolean is expected"],
    ["an empty And", { And: [] }, "/Choices[0]/And"],
    ["Next inside", { Not: { Variable: "$.a", IsNull: true, Next: "B" } }, "/Choices[0]/Not/Next"],
    ["an operator that has no path", { Variable: "$.a", StringMatchesPath: "$.b" }, "/Choices[0]/Variable"],
  ])("%s", (_case, rule, message) => {
    expect(() => compileRule(rule)).toThrow(message);
  });
});
