import { describe, expect, test } from "vitest";
import { machineOf, resolveWith, TASK } from "./fixtures/run-machine.js";
import { compile, InvalidDefinitionError } from "./index.js";

const resolve = resolveWith(async () => null);
const succeed = { Type: "Succeed" };
const task = (fields: Record<string, unknown>) =>
  machineOf({ Work: { Type: "Task", Resource: TASK, End: true, ...fields } });
const pass = (fields: Record<string, unknown>) => machineOf({ A: { Type: "Pass", End: true, ...fields } });
const branch = (name: string, fields: Record<string, unknown> = {}) => ({
  StartAt: name,
  States: { [name]: { Type: "Pass", End: true, ...fields } },
});
const parallel = (...Branches: unknown[]) => machineOf({ Both: { Type: "Parallel", Branches, End: true } });
const map = (fields: Record<string, unknown>) =>
  machineOf({ Each: { Type: "Map", ItemProcessor: branch("Item"), End: true, ...fields } });

describe("a definition is refused at the place that is wrong:", () => {
  test.each<[string, unknown, string]>([
    ["text that is not JSON", "{", "/"],
    ["a value that is not an object", [], "/"],
    ["no StartAt", { QueryLanguage: "JSONata", States: { A: succeed } }, "/StartAt"],
    ["no States", { QueryLanguage: "JSONata", StartAt: "A" }, "/States"],
    ["an unknown StartAt", machineOf({ A: succeed }, { StartAt: "B" }), "/StartAt"],
    ["an unknown Next", machineOf({ A: { Type: "Pass", Next: "B" } }), "/States/A"],
    ["an unreachable state", machineOf({ A: succeed, B: succeed }), "/States/B"],
    ["no way to an end", machineOf({ A: { Type: "Pass", Next: "A" } }), "/States"],
    ["neither Next nor End", machineOf({ A: { Type: "Pass" } }), "/States/A/Next"],
    ["both Next and End", machineOf({ A: { Type: "Pass", Next: "A", End: true } }), "/States/A/Next"],
    ["Next on a Succeed", machineOf({ A: { ...succeed, Next: "A" } }), "/States/A/Next"],
    ["an unknown Type", machineOf({ A: { Type: "Teleport" } }), "/States/A/Type"],
    ["a name over 80 characters", machineOf({ ["a".repeat(81)]: succeed }), `/States/${"a".repeat(81)}`],
    ["a name used twice", parallel(branch("X"), branch("X")), "/States/Both/Branches[1]/States/X"],
    [
      "a field of JSONata where JSONPath is the default",
      { StartAt: "A", States: { A: { ...succeed, Output: 1 } } },
      "/States/A/Output",
    ],
    ["JSONPath in one state of a JSONata machine", pass({ QueryLanguage: "JSONPath" }), "/States/A/QueryLanguage"],
    ["an unknown field", machineOf({ A: succeed }, { Colour: "red" }), "/Colour"],
    ["a field of JSONPath", task({ ResultPath: "$.a" }), "/States/Work/ResultPath"],
    ["an unknown Resource", task({ Resource: "arn:aws:states:::sqs:sendMessage" }), "/States/Work/Resource"],
    ["TimeoutSeconds 0", task({ TimeoutSeconds: 0 }), "/States/Work/TimeoutSeconds"],
    ["a fraction of a second", task({ HeartbeatSeconds: 1.5 }), "/States/Work/HeartbeatSeconds"],
    ["an unclosed expression", pass({ Output: { a: "{% 1" } }), "/States/A/Output"],
    ["an expression that does not parse", pass({ Output: "{% 1 + %}" }), "/States/A/Output"],
    ["$eval", pass({ Output: "{% $eval('1') %}" }), "/States/A/Output"],
    ["an Assign that is no object", pass({ Assign: 1 }), "/States/A/Assign"],
    ["the reserved variable", pass({ Assign: { states: 1 } }), "/States/A/Assign"],
    ["a variable's name", pass({ Assign: { "a-b": 1 } }), "/States/A/Assign"],
    ["ErrorEquals missing", task({ Retry: [{}] }), "/States/Work/Retry[0]/ErrorEquals"],
    [
      "States.ALL before the end",
      task({ Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["A"] }] }),
      "/States/Work/Retry[0]/ErrorEquals",
    ],
    [
      "States.ALL in company",
      task({ Catch: [{ ErrorEquals: ["A", "States.ALL"], Next: "Work" }] }),
      "/States/Work/Catch[0]/ErrorEquals",
    ],
    [
      "BackoffRate below 1",
      task({ Retry: [{ ErrorEquals: ["A"], BackoffRate: 0.5 }] }),
      "/States/Work/Retry[0]/BackoffRate",
    ],
    [
      "an unknown jitter",
      task({ Retry: [{ ErrorEquals: ["A"], JitterStrategy: "HALF" }] }),
      "/States/Work/Retry[0]/JitterStrategy",
    ],
    [
      "an unknown field of a Catcher",
      task({ Catch: [{ ErrorEquals: ["A"], Next: "Work", ResultPath: "$" }] }),
      "/States/Work/Catch[0]/ResultPath",
    ],
    ["a Choice without choices", machineOf({ A: { Type: "Choice", Choices: [] } }), "/States/A/Choices"],
    [
      "a choice of JSONPath",
      machineOf({ A: { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, Next: "A" }] } }),
      "/States/A/Choices[0]/Condition",
    ],
    ["a Wait for nothing", machineOf({ A: { Type: "Wait", End: true } }), "/States/A/Seconds"],
    [
      "a Wait for two things",
      machineOf({ A: { Type: "Wait", Seconds: 1, Timestamp: "x", End: true } }),
      "/States/A/Seconds",
    ],
    [
      "a distributed Map",
      map({ ItemProcessor: { ...branch("Item"), ProcessorConfig: { Mode: "DISTRIBUTED" } } }),
      "/States/Each/ItemProcessor/ProcessorConfig/Mode",
    ],
    ["an ItemReader", map({ ItemReader: {} }), "/States/Each/ItemReader"],
    ["a machine's TimeoutSeconds of 0", machineOf({ A: succeed }, { TimeoutSeconds: 0 }), "/TimeoutSeconds"],
  ])("%s", (_what, definition, path) => {
    const refusal = () => compile(definition, resolve);

    expect(refusal).toThrow(InvalidDefinitionError);
    expect(refusal).toThrow(expect.objectContaining({ code: "InvalidDefinition", path: path === "/" ? "" : path }));
  });

  test("a variable of an outer scope that an inner one assigns, whichever comes first", () => {
    const inner = { Type: "Parallel", Branches: [branch("In", { Assign: { x: 1 } })] };
    const before = machineOf({ Out: { Type: "Pass", Assign: { x: 1 }, Next: "Both" }, Both: { ...inner, End: true } });
    const after = machineOf({ Both: { ...inner, Next: "Out" }, Out: { Type: "Pass", Assign: { x: 1 }, End: true } });

    for (const definition of [before, after]) expect(() => compile(definition, resolve)).toThrow(/"x" is assigned/);
  });
});

test("sibling branches may use the same variable", () => {
  const definition = parallel(branch("L", { Assign: { x: 1 } }), branch("R", { Assign: { x: 2 } }));

  expect(() => compile(definition, resolve)).not.toThrow();
});

test("Comment, Version and an empty Retry or Catch are accepted", () => {
  const definition = machineOf(
    { Work: { Type: "Task", Comment: "works", Resource: TASK, Retry: [], Catch: [], End: true } },
    { Comment: "a machine", Version: "1.0", TimeoutSeconds: 60 },
  );

  expect(compile(JSON.stringify(definition), resolve).timeoutSeconds).toBe(60);
});

test("a single state may opt into JSONata where the machine does not", () => {
  const definition = { StartAt: "A", States: { A: { ...succeed, QueryLanguage: "JSONata" } } };

  expect(compile(definition, resolve).startAt).toBe("A");
});
