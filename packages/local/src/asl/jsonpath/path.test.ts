import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../json.js";
import { scopeOf } from "./fixtures/scope.js";
import { compileFieldPath, compilePath } from "./path.js";

const STORE: Json = {
  books: [
    { title: "Sayings", author: "Rees", price: 8.95, tags: ["old"] },
    { title: "Sword", author: "Waugh", price: 12.99 },
    { title: "Moby", author: "Melville", isbn: "0-553", price: 8.99 },
  ],
  "delivery-partner": "UQS",
  empty: [],
  nothing: null,
  limit: 10,
};

const read = (path: string, input: Json = STORE) => compilePath(path)(scopeOf(input));

describe("a definite path gives the one value it leads to:", () => {
  test.each<[string, Json]>([
    ["$", STORE],
    ["$.limit", 10],
    ["$.nothing", null],
    ["$['limit']", 10],
    ['$["delivery-partner"]', "UQS"],
    ["$.delivery-partner", "UQS"],
    ["$.books[1].title", "Sword"],
    ["$.books[-1].title", "Moby"],
    ["$.books[0]['tags'][0]", "old"],
    ["$.books[0]['title','author']", { title: "Sayings", author: "Rees" }],
    ["$.books.length()", 3],
    ["$.books[0].keys()", ["title", "author", "price", "tags"]],
  ])("%s", (path, expected) => {
    expect(read(path)).toEqual(expected);
  });
});

describe("an indefinite path gives the list of what it leads to:", () => {
  test.each<[string, Json]>([
    ["$.books[*].title", ["Sayings", "Sword", "Moby"]],
    ["$.books.*.author", ["Rees", "Waugh", "Melville"]],
    ["$..title", ["Sayings", "Sword", "Moby"]],
    ["$..['isbn']", ["0-553"]],
    ["$..tags[0]", ["old"]],
    ["$.books[0,2].title", ["Sayings", "Moby"]],
    ["$.books[:1].title", ["Sayings"]],
    ["$.books[1:].title", ["Sword", "Moby"]],
    ["$.books[-2:].title", ["Sword", "Moby"]],
    ["$.books[0:2].title", ["Sayings", "Sword"]],
    ["$.books[:-1].title", ["Sayings", "Sword"]],
    ["$.books[1:-1].title", []],
    ["$.books[5:].title", []],
    [
      "$.books[*]['title','price']",
      STORE && [
        { title: "Sayings", price: 8.95 },
        { title: "Sword", price: 12.99 },
        { title: "Moby", price: 8.99 },
      ],
    ],
    ["$.books[*].tags.length()", [1]],
  ])("%s", (path, expected) => {
    expect(read(path)).toEqual(expected);
  });

  test.each(["$.no[*]", "$.no.such[1:]", "$.limit[*].x", "$.limit[?(@.x)]", "$.no..x", "$.nothing[0,1]"])(
    "an empty one where nothing is: %s",
    (path) => {
      expect(read(path)).toEqual([]);
    },
  );
});

describe("a filter keeps the items for which its condition holds:", () => {
  test.each<[string, readonly string[]]>([
    ["@.isbn", ["Moby"]],
    ["!@.isbn", ["Sayings", "Sword"]],
    ["@.price < 10", ["Sayings", "Moby"]],
    ["@.price<$.limit", ["Sayings", "Moby"]],
    ["@['price'] >= 8.99 && @.isbn", ["Moby"]],
    ["@.author == 'Rees' || @.author == \"Waugh\"", ["Sayings", "Sword"]],
    ["!(@.author == 'Rees' || @.isbn)", ["Sword"]],
    ["@.price == '12.99'", ["Sword"]],
    ["@.price === '12.99'", []],
    ["@.isbn != '0-553'", ["Sayings", "Sword"]],
    ["@.isbn == null", []],
    ["@.title =~ /s.*/i", ["Sayings", "Sword"]],
    ["@.title =~ /s/i", []],
    ["@.author in ['Rees', 'Melville']", ["Sayings", "Moby"]],
    ["@.author nin ['Rees', 'Melville']", ["Sword"]],
    ["@.tags contains 'old'", ["Sayings"]],
    ["@.tags size 1", ["Sayings"]],
    ["@.tags empty false", ["Sayings"]],
    ["@.tags subsetof ['old', 'new']", ["Sayings"]],
    ["@.tags anyof ['new', 'old']", ["Sayings"]],
    ["@.tags noneof ['new']", ["Sayings"]],
    ["@.tags all ['old']", ["Sayings"]],
    ["@.tags.length() == 1", ["Sayings"]],
  ])("%s", (condition, titles) => {
    expect(read(`$.books[?(${condition})].title`)).toEqual(titles);
  });

  test("after two dots it is asked of every object below", () => {
    expect(read("$..[?(@.price < 9)].title")).toEqual(["Sayings", "Moby"]);
  });

  test("of an object, it keeps the object itself", () => {
    expect(read("$.books[2][?(@.isbn)].title")).toEqual(["Moby"]);
  });
});

test("two dollars read the context object, a dollar with a name reads a variable of this or an outer scope", () => {
  const outer = Object.assign(Object.create(null), { basket: { items: [7] }, seen: "outer" });
  const variables = Object.assign(Object.create(outer), { seen: "inner" });
  const scope = { input: {}, context: () => ({ Execution: { Id: "arn:1" } }), variables };

  expect(compilePath("$$.Execution.Id")(scope)).toBe("arn:1");
  expect(compilePath("$$")(scope)).toEqual({ Execution: { Id: "arn:1" } });
  expect(compilePath("$basket.items[0]")(scope)).toBe(7);
  expect(compilePath("$seen")(scope)).toBe("inner");
});

describe("a definite path that leads nowhere fails in the service's words:", () => {
  test.each([
    ["$.foo", "Invalid path '$.foo' : No results for path: $['foo']"],
    ["$.no.such.path", "Invalid path '$.no.such.path' : Missing property in path $['no']"],
    ["$.books[9].title", "Invalid path '$.books[9].title' : No results for path: $['books'][9]"],
    ["$.limit[0]", "Invalid path '$.limit[0]' : Filter: [0] can only be applied to arrays. Current context is: 10"],
    [
      "$.limit.x",
      "Invalid path '$.limit.x' : Expected to find an object with property ['x'] in path $['limit'] but found 'com.fasterxml.jackson.databind.node.IntNode'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
    ],
    ["$$.Nope", "Invalid path '$$.Nope' : No results for path: $['Nope']"],
    ["$nope.x", "Invalid path '$nope.x' : No results for path: $nope"],
    [
      "$.books.sum()",
      "Invalid path '$.books.sum()' : Aggregation function attempted to calculate value using empty array",
    ],
  ])("%s", (path, text) => {
    expect(() => read(path)).toThrow(expect.objectContaining({ error: "States.Runtime", text }));
  });

  test("that of one field names the field and the input", () => {
    const cause = compileFieldPath("$.NoSuchCause", "CausePath");

    expect(() => cause(scopeOf({ a: 1 }))).toThrow(
      expect.objectContaining({
        error: "States.Runtime",
        text: `The JSONPath '$.NoSuchCause' specified for the field 'CausePath' could not be found in the input '{"a":1}'`,
      }),
    );
  });

  test("but an index past the end of a list gives null", () => {
    expect(read("$.books[9]")).toBeNull();
    expect(read("$.empty[-1]")).toBeNull();
  });
});

test.each([
  "",
  "a",
  "x.y",
  "$.",
  "$..",
  "$.a.",
  "$[",
  "$[]",
  "$['a",
  "$.a b",
  "$.a]",
  "$[a]",
  "$[:]",
  "$[?]",
  "$[?()]",
  "$[?(@.a]",
  "$[?(@.a ~ 1)]",
  "$[?(@.a == )]",
  "$[?(@.a =~ /a/g)]",
  "$[?(@.a =~ /(/)]",
  "$.a.system()",
  "$.a.length(1)",
  "$1",
  "$$$",
])("what is no JSONPath is refused: %s", (text) => {
  expect(() => compilePath(text)).toThrow(
    /^Value is not a valid JSONPath: .*( at position \d+ of |regular expression)/,
  );
});

test("what every JavaScript object inherits is absent, and present where the document has it", () => {
  const own = JSON.parse('{"__proto__":{"a":1},"constructor":2}');

  for (const name of ["__proto__", "constructor", "toString"]) {
    expect(() => read(`$.${name}`, {})).toThrow("No results for path");
    expect(read(`$..${name}`, { a: {} })).toEqual([]);
  }
  expect(read("$.__proto__.a", own)).toBe(1);
  expect(read("$['__proto__','constructor']", own)).toEqual(own);
});

const JSON_VALUE = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)));

/** Every place of a document: the keys that lead there, and what is there. */
function placesOf(value: Json, keys: readonly (string | number)[] = []): [readonly (string | number)[], Json][] {
  const children = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [
    [keys, value],
    ...children.flatMap(([key, child]) => placesOf(child, [...keys, Array.isArray(value) ? Number(key) : key])),
  ];
}

const pathTo = (keys: readonly (string | number)[]) =>
  `$${keys.map((key) => (typeof key === "number" ? `[${key}]` : `['${key.replace(/['\\]/g, "\\$&")}']`)).join("")}`;

test("in any document, the bracketed path to each place reads what is there", () => {
  fc.assert(
    fc.property(JSON_VALUE, (document) => {
      for (const [keys, value] of placesOf(document)) expect(read(pathTo(keys), document)).toEqual(value);
    }),
  );
});

test("in any document, two dots and a star read every place but the document itself", () => {
  fc.assert(
    fc.property(JSON_VALUE, (document) => {
      expect(read("$..*", document)).toHaveLength(placesOf(document).length - 1);
    }),
  );
});

test("any text compiles or is refused, and what compiles reads a value or fails as a query", () => {
  const fragments = fc.constantFrom(
    "$",
    "$$",
    "@",
    ".",
    "..",
    "[",
    "]",
    "*",
    "?",
    "(",
    ")",
    "a",
    "'a'",
    "0",
    "-1",
    ":",
    ",",
    " ",
    "==",
    "&&",
    "!",
    "length()",
    "\\",
    "/a/",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(fragments).map((parts) => `$${parts.join("")}`),
  );
  fc.assert(
    fc.property(text, JSON_VALUE, (path, document) => {
      const outcome = outcomeOf(() => read(path, document));
      if (outcome instanceof Error) expect(outcome.message).toMatch(/^(Value is not a valid JSONPath|States\.Runtime)/);
      else expect(outcome).not.toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

function outcomeOf(run: () => Json): Json | Error {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
