import fc from "fast-check";
import { expect, test } from "vitest";
import { MockConfigError, readMocks } from "./read-mocks.js";

const responses = { Sent: { "0": { Return: 1 } } };

test.each<[string, unknown, string]>([
  ["no object", [], "mocks must be an object"],
  ["a field nobody reads", { MockedResponse: {} }, "mocks.MockedResponse is no field of this object"],
  ["no responses", {}, "mocks: MockedResponses must be an object"],
  ["neither Return nor Throw", { MockedResponses: { A: { "0": {} } } }, "MockedResponses.A.0 must have either"],
  ["both", { MockedResponses: { A: { "0": { Return: 1, Throw: { Error: "E" } } } } }, "A.0 must have either"],
  ["an error without a name", { MockedResponses: { A: { "0": { Throw: {} } } } }, "A.0.Throw.Error must be a string"],
  [
    "a cause that is no text",
    { MockedResponses: { A: { "0": { Throw: { Error: "E", Cause: {} } } } } },
    "Cause must be",
  ],
  ["no outcome", { MockedResponses: { A: {} } }, 'MockedResponses.A has no outcome; add one as "0"'],
  [
    "a key that is no number",
    { MockedResponses: { A: { first: { Return: 1 } } } },
    "A.first must be a number or a range",
  ],
  ["a gap", { MockedResponses: { A: { "0": { Return: 1 }, "2": { Return: 1 } } } }, "outcome of invocation 1 once"],
  ["an overlap", { MockedResponses: { A: { "0-1": { Return: 1 }, "1": { Return: 1 } } } }, "invocation 2 once"],
  ["a range backwards", { MockedResponses: { A: { "0": { Return: 1 }, "1-0": { Return: 1 } } } }, "has the range 1-0"],
  ["an unknown response", { Resources: { "arn:x": "Gone" }, MockedResponses: responses }, '(Sent), not "Gone"'],
  [
    "an unknown response of a state",
    { StateMachines: { M: { TestCases: { Happy: { Send: "Gone" } } } }, MockedResponses: responses },
    "mocks: StateMachines.M.TestCases.Happy.Send must name one of MockedResponses",
  ],
  [
    "a default that is no test case",
    { StateMachines: { M: { TestCases: { Happy: {} }, DefaultTestCase: "Sad" } }, MockedResponses: responses },
    "StateMachines.M.DefaultTestCase must be one of the TestCases (Happy)",
  ],
])("%s is refused", (_what, config, message) => {
  expect(() => readMocks(config as never)).toThrow(MockConfigError);
  expect(() => readMocks(config as never)).toThrow(message);
});

test("a file that is not there is named", () => {
  expect(() => readMocks("/nowhere/MockConfigFile.json")).toThrow("/nowhere/MockConfigFile.json cannot be read");
});

test("every invocation of a response has the outcome that its key says", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(lengths, fc.boolean(), (runs, isOpen) => {
      const starts = runs.map((_length, index) => runs.slice(0, index).reduce((sum, length) => sum + length, 0));
      const keys = runs.map((length, index) => {
        const first = starts[index] ?? 0;
        if (isOpen && index === runs.length - 1) return `${first}-`;
        return length === 1 ? `${first}` : `${first}-${first + length - 1}`;
      });
      const response = Object.fromEntries(keys.map((key, index) => [key, { Return: index }]));

      const read = readMocks({ MockedResponses: { A: response } }).responses.get("A") ?? [];

      expect(read.map(({ first, outcome }) => [first, outcome])).toEqual(
        starts.map((first, index) => [first, { Return: index }]),
      );
      expect(read.at(-1)?.last).toBe(isOpen ? Number.POSITIVE_INFINITY : runs.reduce((a, b) => a + b) - 1);
    }),
  );
});

test("whatever is given, it is read or refused", () => {
  const config = fc.oneof(
    fc.jsonValue(),
    fc.record({ StateMachines: fc.jsonValue(), Resources: fc.jsonValue(), MockedResponses: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(config, (given) => {
      try {
        if (typeof given !== "string") readMocks(given as never);
      } catch (error) {
        expect(error).toBeInstanceOf(MockConfigError);
      }
    }),
  );
});
