import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../json.js";
import { scopeOf } from "./fixtures/scope.js";
import { compileIntrinsic } from "./intrinsic.js";

const call = (text: string, input: Json = {}) => compileIntrinsic(text)(scopeOf(input));

describe("an intrinsic function gives what AWS documents:", () => {
  test.each<[string, Json, Json]>([
    ["States.Array()", {}, []],
    ["States.Array(1, 'two', $.three, null, true, -1.5e2)", { three: [3] }, [1, "two", [3], null, true, -150]],
    ["States.ArrayPartition($, 4)", [1, 2, 3, 4, 5, 6, 7, 8, 9], [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
    ["States.ArrayPartition($, 2.6)", [1, 2, 3], [[1, 2], [3]]],
    ["States.ArrayContains($.list, $.item)", { list: [1, { a: [2], b: 3 }], item: { b: 3, a: [2] } }, true],
    ["States.ArrayContains($, '1')", [1], false],
    ["States.ArrayRange(1, 9, 2)", {}, [1, 3, 5, 7, 9]],
    ["States.ArrayRange(5, 1, -2)", {}, [5, 3, 1]],
    ["States.ArrayRange(5, 1, 1)", {}, []],
    ["States.ArrayRange(1.6, 1.4, 1)", {}, [1]],
    ["States.ArrayGetItem($, 1)", ["a", "b"], "b"],
    ["States.ArrayGetItem($, 1.2)", ["a", "b"], "b"],
    ["States.ArrayGetItem($, 9)", [], null],
    ["States.ArrayLength($[*])", { a: 1, b: 2 }, 2],
    ["States.ArrayUnique($)", [1, "1", 1, null, { a: 1 }, null, { a: 1 }], [1, "1", null, { a: 1 }]],
    ["States.Base64Encode('Data to encode')", {}, "RGF0YSB0byBlbmNvZGU="],
    ["States.Base64Decode('4pyT')", {}, "✓"],
    ["States.Base64Decode(' YWJj\tZA')", {}, "abcd"],
    ["States.Hash('hello', 'MD5')", {}, "5d41402abc4b2a76b9719d911017c592"],
    ["States.Hash('hello', 'SHA-1')", {}, "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"],
    ["States.Hash($, 'SHA-256')", { a: 1 }, createHash("sha256").update('{"a":1}').digest("hex")],
    ["States.JsonMerge($.a, $.b, false)", { a: { x: { y: 1 }, z: 1 }, b: { x: 2 } }, { x: 2, z: 1 }],
    ["States.StringToJson('{\"a\": [1]}')", {}, { a: [1] }],
    ["States.StringToJson(' ')", {}, null],
    ["States.JsonToString($)", { a: [1, "b"] }, '{"a":[1,"b"]}'],
    ["States.MathAdd(111, -1)", {}, 110],
    ["States.MathAdd($.a, $.b)", { a: -1.5, b: 2.5 }, 2],
    ["States.MathAdd(-0.4, 0)", {}, 0],
    ["States.StringSplit('1,2,,3,', ',')", {}, ["1", "2", "3"]],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", {}, ["This", "is", "a", "test", "string"]],
    ["States.StringSplit('', ',')", {}, []],
    ["States.Format('no place')", {}, "no place"],
    ["States.Format('{}-{}', $.a, 7)", { a: "x{}" }, "x{}-7"],
    ["States.Format($.template, $.name)", { template: "Hello {}", name: "Ada" }, "Hello Ada"],
    ["States.Format('{}|{}|{}', null, true, $)", { a: 1, b: ["c", {}] }, "null|true|{a=1, b=[c, {}]}"],
    ["States.Format('It\\'s \\{{}\\} C:\\\\', 1)", {}, "It's {1} C:\\"],
    ["States.Array('It\\'s \\{\\} \\\\ {\"a\"}')", {}, ['It\'s {} \\ {"a"}']],
    ["States.Format('{}', States.ArrayGetItem(States.StringSplit($.arn, ':'), 1))", { arn: "a:b" }, "b"],
    ["  States.Array( $.a ,$.b[0] )  ", { a: 1, b: [2] }, [1, 2]],
    ["States.ArrayLength($.list[?(@.n > 1)])", { list: [{ n: 1 }, { n: 2 }] }, 1],
    ["States.Array($.list.length())", { list: [1] }, [1]],
  ])("%s", (text, input, expected) => {
    expect(call(text, input)).toEqual(expected);
  });
});

test("States.UUID gives a new version 4 UUID each time", () => {
  const [first, second] = [call("States.UUID()"), call("States.UUID()")];

  expect(first).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(second).not.toBe(first);
});

test("States.MathRandom starts at its start, stays below its end, and repeats itself for a seed", () => {
  const draw = compileIntrinsic("States.MathRandom(-3, 4)");
  const seeded = compileIntrinsic("States.MathRandom(0, 1000000, $.seed)");

  expect(draw(scopeOf({}, { random: () => 0 }))).toBe(-3);
  expect(draw(scopeOf({}, { random: () => 1 - 2 ** -53 }))).toBe(3);
  expect(seeded(scopeOf({ seed: 42 }))).toBe(seeded(scopeOf({ seed: 42 })));
  expect(seeded(scopeOf({ seed: 42 }))).not.toBe(seeded(scopeOf({ seed: 43 })));
});

test("context object and variables are read as well as the input", () => {
  const scope = scopeOf({}, { context: () => ({ State: { Name: "A" } }), variables: { name: "v" } });

  expect(compileIntrinsic("States.Array($$.State.Name, $name)")(scope)).toEqual(["A", "v"]);
});

describe("a call fails at run time in AWS's words:", () => {
  test.each<[string, string]>([
    [
      "States.Format('{}', $.nope)",
      "The JsonPath argument for the field '$.nope' could not be found in the input '{\"n\":1,\"list\":[]}'",
    ],
    [
      "States.Array(States.Array($$.Nope.Deep))",
      "The JsonPath argument for the field '$.Nope.Deep' could not be found in the input '{\"n\":1,\"list\":[]}'",
    ],
    [
      "States.Array($.list[0])",
      "The JsonPath argument for the field '$.list[0]' could not be found in the input '{\"n\":1,\"list\":[]}'",
    ],
    ["States.Array($.n[0])", "Filter: [0] can only be applied to arrays. Current context is: 1"],
    ["States.MathAdd('a', 1)", "Invalid arguments in States.MathAdd: a number is expected, not string"],
    [
      "States.MathAdd(2147483647, 1)",
      "Invalid arguments in States.MathAdd: an integer from -2147483648 to 2147483647 is expected, not 2147483648",
    ],
    [
      "States.MathRandom(1.4, 1.6)",
      "Invalid arguments in States.MathRandom: a start below the end is expected, not 1 and 1",
    ],
    ["States.ArrayRange(1, 10, 0.49)", "Invalid arguments in States.ArrayRange: a step other than 0 is expected"],
    [
      "States.ArrayRange(1, 1001, 1)",
      "Invalid arguments in States.ArrayRange: a range of at most 1000 items is expected, not 1001",
    ],
    [
      "States.ArrayPartition($.list, 0)",
      "Invalid arguments in States.ArrayPartition: a chunk size of at least 1 is expected, not 0",
    ],
    [
      "States.ArrayGetItem(States.Array(1), -1)",
      "Invalid arguments in States.ArrayGetItem: an index below 1 is expected, not -1",
    ],
    ["States.ArrayLength('abc')", "Invalid arguments in States.ArrayLength: an array is expected, not string"],
    [
      "States.Hash('a', 'sha-256')",
      "Invalid arguments in States.Hash: one of MD5, SHA-1, SHA-256, SHA-384, SHA-512 is expected, not sha-256",
    ],
    [
      "States.JsonMerge($, $, true)",
      "Invalid arguments in States.JsonMerge: deep merging is not supported, the third must be false",
    ],
    ["States.JsonMerge($.list, $, false)", "Invalid arguments in States.JsonMerge: an object is expected, not array"],
    ["States.StringToJson('{bad')", "Invalid arguments in States.StringToJson: a text that is JSON is expected"],
    ["States.StringSplit(1, ',')", "Invalid arguments in States.StringSplit: a string is expected, not number"],
    [
      "States.Format('{} {}', 1)",
      "Invalid arguments in States.Format: number of arguments do not match the occurrences of {}: 1 for 2",
    ],
    ["States.Format('}')", "Invalid arguments in States.Format: matching brace not found for '}'"],
    ["States.Hash('hello')", "Invalid number of arguments in States.Hash"],
    ["States.UUID(1)", "Invalid number of arguments in States.UUID"],
  ])("%s", (text, reason) => {
    expect(() => call(text, { n: 1, list: [] })).toThrow(
      expect.objectContaining({
        error: "States.Runtime",
        text: `The function '${text}' had the following error: ${reason}`,
      }),
    );
  });

  test.each(["States.Base64Encode($)", "States.Base64Decode($)", "States.Hash($, 'MD5')"])(
    "%s of a text over 10,000 characters",
    (text) => {
      expect(() => call(text, "a".repeat(10_000))).not.toThrow();
      expect(() => call(text, "a".repeat(10_001))).toThrow("a text of at most 10000 characters is expected, not 10001");
    },
  );
});

test.each([
  "",
  "$.a",
  "Format('a')",
  "States.Nope()",
  "States.constructor()",
  "States.Array",
  "States.Array(",
  "States.Array(1,)",
  "States.Array(1 2)",
  "States.Array(1) x",
  'States.Array("a")',
  "States.Array('a)",
  "States.Array('a\\n')",
  "States.Array($.)",
  "States.Array(a)",
])("what is no call of an intrinsic function is refused: %s", (text) => {
  expect(() => compileIntrinsic(text)).toThrow(Error);
});

test("calls nest ten deep and no deeper", () => {
  const nested = (depth: number) => `${"States.Array(".repeat(depth)}${")".repeat(depth)}`;

  expect(JSON.stringify(call(nested(10)))).toBe("[[[[[[[[[[]]]]]]]]]]");
  expect(() => call(nested(11))).toThrow("at most 10 intrinsic functions may be nested");
});

const escaped = (text: string) => text.replace(/['{}\\]/g, "\\$&");

test("any text, escaped, is that text to any function", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(call(`States.Array('${escaped(text)}')`)).toEqual([text]);
      expect(call(`States.Format('${escaped(text)}')`)).toBe(text);
    }),
  );
});

test("Format puts each value between the texts around it", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string())), fc.string(), (pairs, tail) => {
      const template = [...pairs.map(([text]) => `${escaped(text)}{}`), escaped(tail)].join("");
      const paths = pairs.map((_, index) => `, $[${index}]`).join("");

      const formatted = call(
        `States.Format('${template}'${paths})`,
        pairs.map(([, value]) => value),
      );

      expect(formatted).toBe(pairs.map(([text, value]) => text + value).join("") + tail);
    }),
  );
});

test("StringSplit gives non-empty parts without a splitter, whose characters are all that was kept", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "b", "🚀", ",", ";") }),
      fc.subarray([",", ";", "🚀"]),
      (text, splitters) => {
        const parts = call("States.StringSplit($.text, $.splitters)", {
          text,
          splitters: splitters.join(""),
        }) as string[];

        expect(parts.every((part) => part !== "" && !splitters.some((splitter) => part.includes(splitter)))).toBe(true);
        expect(parts.join("")).toBe([...text].filter((character) => !splitters.includes(character)).join(""));
      },
    ),
  );
});

test("ArrayPartition loses nothing and fills every chunk but the last", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (array, size) => {
      const chunks = call("States.ArrayPartition($.array, $.size)", { array, size }) as number[][];

      expect(chunks.flat()).toEqual(array);
      expect(chunks.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
    }),
  );
});

test("JsonToString and StringToJson are each other's inverse", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json: Json = JSON.parse(JSON.stringify(value));

      expect(call("States.StringToJson(States.JsonToString($))", json)).toEqual(json);
    }),
  );
});
