import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { machineOf, resolveWith, TASK } from "./fixtures/run-machine.js";
import { compile, type InvalidDefinitionError, validate } from "./index.js";

const resolve = resolveWith(async () => null);
const places = (definition: unknown) => validate(definition, resolve).map(({ code, location }) => [code, location]);

const pass = { Type: "Pass", End: true };
const inner = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });

describe("the problems of a definition", () => {
  test("are none where it can be compiled", () => {
    expect(validate(machineOf({ A: pass }), resolve)).toEqual([]);
  });

  test("are told for each state", () => {
    const definition = machineOf({
      A: { Type: "Pass", Next: "Nowhere" },
      B: { Type: "Teleport", End: true },
      C: { Type: "Task", Resource: TASK, Colour: "red", End: true },
      D: { Type: "Pass" },
    });

    expect(places(definition)).toEqual([
      ["SCHEMA_VALIDATION_FAILED", "/States/B/Type"],
      ["SCHEMA_VALIDATION_FAILED", "/States/C/Colour"],
      ["SCHEMA_VALIDATION_FAILED", "/States/D/Next"],
      ["MISSING_TRANSITION_TARGET", "/States/A"],
    ]);
  });

  test("are told for the states of branches and of item processors", () => {
    const definition = machineOf({
      Both: { Type: "Parallel", Branches: [inner({ X: { Type: "Pass" } }), inner({ Y: pass, Z: pass })], Next: "Each" },
      Each: { Type: "Map", ItemProcessor: inner({ Both: pass, W: { Type: "Pass" } }), End: true },
    });

    expect(places(definition)).toEqual([
      ["SCHEMA_VALIDATION_FAILED", "/States/Both/Branches[0]/States/X/Next"],
      ["MISSING_TRANSITION_TARGET", "/States/Both/Branches[1]/States/Z"],
      ["DUPLICATE_STATE_NAME", "/States/Each/ItemProcessor/States/Both"],
      ["SCHEMA_VALIDATION_FAILED", "/States/Each/ItemProcessor/States/W/Next"],
    ]);
  });

  test("are told for the machine itself", () => {
    const definition = machineOf({ A: { Type: "Pass", Next: "A" }, B: pass }, { Colour: "red" });

    expect(places(definition)).toEqual([
      ["SCHEMA_VALIDATION_FAILED", "/Colour"],
      ["MISSING_TRANSITION_TARGET", "/States/B"],
      ["MISSING_TERMINAL_STATE", "/States"],
    ]);
  });

  test.each<[string, unknown, string, string]>([
    ["text that is no JSON", "{", "INVALID_JSON_DESCRIPTION", "/"],
    ["what is no object", [], "SCHEMA_VALIDATION_FAILED", "/"],
    ["states that are missing", { StartAt: "A" }, "SCHEMA_VALIDATION_FAILED", "/States"],
    ["a start that is missing", { States: { A: pass } }, "SCHEMA_VALIDATION_FAILED", "/StartAt"],
    ["another start", { StartAt: "B", States: { A: pass } }, "MISSING_TRANSITION_TARGET", "/StartAt"],
  ])("name %s", (_, definition, code, location) => {
    expect(places(definition)).toEqual([[code, location]]);
  });

  test("begin with what keeps it from being compiled, and are none where nothing does", () => {
    const end = fc.constantFrom({ End: true }, { Next: "A" }, { Next: "B" }, { Next: "C" }, {});
    const state = fc.tuple(fc.constantFrom("Pass", "Succeed", "Wait"), end).map(([Type, way]) => ({ Type, ...way }));
    const machine = fc
      .dictionary(fc.constantFrom("A", "B", "C"), state, { minKeys: 1 })
      .map((states) => machineOf(states));

    fc.assert(
      fc.property(machine, (definition) => {
        expect(validate(definition, resolve)[0]?.location).toEqual(refusedAt(definition));
      }),
    );
  });
});

function refusedAt(definition: unknown): string | undefined {
  try {
    compile(definition, resolve);
    return undefined;
  } catch (error) {
    return (error as InvalidDefinitionError).path;
  }
}
