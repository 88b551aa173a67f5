import { expect, test } from "vitest";
import { warningsOf } from "./definition-warnings.js";

const pass = (fields: Record<string, string | { readonly [name: string]: string }>) => ({
  StartAt: "Done",
  States: { Done: { Type: "Pass", End: true, ...fields } },
});

test.each([
  ["a path under a plain name", pass({ Parameters: { id: "$.id" } }), "NO_DOLLAR", "/States/Done/Parameters/id"],
  [
    "a function under a plain name",
    pass({ Parameters: { id: "States.UUID()" } }),
    "NO_DOLLAR",
    "/States/Done/Parameters/id",
  ],
  ["a path where a number stands", pass({ Seconds: "$.wait" }), "NO_PATH", "/States/Done/Seconds"],
  ["a path in a result", pass({ Result: { id: "$.id" } }), "PASS_RESULT_IS_STATIC", "/States/Done/Result"],
])("%s is warned of", (_, definition, code, location) => {
  expect(warningsOf(definition)).toEqual([{ code, location, message: expect.any(String) }]);
});

test.each([
  ["a path under a name that ends with .$", pass({ Parameters: { "id.$": "$.id" } })],
  ["a price", pass({ Parameters: { price: "$5" } })],
  ["a JSONata state", { ...pass({ Parameters: { id: "$.id" } }), QueryLanguage: "JSONata" }],
])("%s is not", (_, definition) => {
  expect(warningsOf(definition)).toEqual([]);
});

test("states of branches and item processors are looked at, too", () => {
  const inner = pass({ Result: "$.id" });
  const definition = {
    StartAt: "Both",
    States: {
      Both: { Type: "Parallel", Branches: [pass({}), inner], Next: "Each" },
      Each: { Type: "Map", ItemProcessor: inner, End: true },
    },
  };

  expect(warningsOf(definition).map(({ location }) => location)).toEqual([
    "/States/Both/Branches[1]/States/Done/Result",
    "/States/Each/ItemProcessor/States/Done/Result",
  ]);
});
