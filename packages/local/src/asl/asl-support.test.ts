import { describe, expect, test } from "vitest";
import { FIELD_SAMPLES, fieldSample, INPUT, type Language, OBJECTS } from "./fixtures/field-samples.js";
import { memoryObjects } from "./fixtures/memory-objects.js";
import { context, resolveWith, runDefinition, virtualClock } from "./fixtures/run-machine.js";
import { type SupportRow, supportTable } from "./fixtures/support-table.js";
import {
  contextSample,
  ERROR_SAMPLES,
  INTRINSIC_SAMPLES,
  JSONATA_SAMPLES,
  OPERATOR_SAMPLES,
  type States,
  type ValueSample,
} from "./fixtures/value-samples.js";
import { compile, InvalidDefinitionError, type Json } from "./index.js";
import { INTRINSIC_FUNCTIONS } from "./jsonpath/intrinsic-function.js";
import { STATE_TYPES } from "./states/types.js";

const TABLE = supportTable();

const rowsOf = (section: string): readonly SupportRow[] => TABLE.filter((row) => row.section === section);
const namesOf = (section: string) => TABLE.filter((row) => row.section === section).map(({ name }) => name);

const compiled = (definition: unknown) =>
  compile(
    definition,
    resolveWith(async () => null),
    { objects: memoryObjects() },
  );

const machine = (states: States) => ({ StartAt: Object.keys(states)[0], States: states });
const passing = (fields: States) => machine({ Tried: { Type: "Pass", End: true, ...fields } });

async function outputOf(definition: unknown, input: Json = INPUT): Promise<Json> {
  const { outcome } = await runDefinition(definition, { input, random: () => 0.5 });
  if (outcome.status !== "SUCCEEDED") throw new Error(JSON.stringify(outcome));
  return outcome.output;
}

const cells = Object.keys(FIELD_SAMPLES)
  .flatMap((section) => rowsOf(section))
  .flatMap(({ section, name, ticks }) =>
    (["JSONPath", "JSONata"] as const).map((language) => ({ section, name, language, tick: ticks[language] ?? "" })),
  );
const cellsWith = (tick: string) =>
  cells.filter((cell) => cell.tick === tick).map(({ section, name, language }) => [section, name, language] as const);

describe("the table of fields", () => {
  test("has a row for each sample, and a sample for each row", () => {
    const documented = Object.keys(FIELD_SAMPLES).map((section) => [section, namesOf(section)]);

    expect(documented).toEqual(
      Object.entries(FIELD_SAMPLES).map(([section, { samples }]) => [section, Object.keys(samples)]),
    );
  });

  test("has a section for each state type", () => {
    expect(Object.keys(FIELD_SAMPLES)).toEqual(expect.arrayContaining(Object.keys(STATE_TYPES)));
  });

  test("ticks, or says that the language does not have it", () => {
    expect([...new Set(cells.map(({ tick }) => tick))].sort()).toEqual(["yes", "–"]);
  });
});

describe("a field that is ticked runs:", () => {
  test.each(cellsWith("yes"))("%s, %s, %s", async (section, field, language) => {
    const definition = fieldSample(section, field, language);

    const { outcome } = await runDefinition(definition, { input: INPUT, objects: memoryObjects(OBJECTS) });

    expect(outcome.status).toBe(section === "Fail" ? "FAILED" : "SUCCEEDED");
    expect(outcome).not.toMatchObject({ error: expect.stringMatching(/^States\./) });
  });
});

describe("a field that is not is refused by its name:", () => {
  test.each(cellsWith("–"))("%s, %s, %s", (section, field, language) => {
    const refusal = () => compiled(fieldSample(section, field, language as Language));

    expect(refusal).toThrow(InvalidDefinitionError);
    expect(refusal).toThrow(new RegExp(`\\b${field}\\b`));
  });
});

describe("operators of a Choice:", () => {
  test("are all in the table", () => {
    expect(namesOf("Choice operators")).toEqual(Object.keys(OPERATOR_SAMPLES));
  });

  test.each(namesOf("Choice operators"))("%s decides", async (name) => {
    const { rule = {}, input = null } = OPERATOR_SAMPLES[name] ?? {};
    const definition = machine({
      Tried: { Type: "Choice", Choices: [{ ...rule, Next: "Chosen" }], Default: "Other" },
      Chosen: { Type: "Pass", Result: "chosen", End: true },
      Other: { Type: "Pass", Result: "other", End: true },
    });

    expect(await outputOf(definition, input)).toBe("chosen");
  });
});

describe("intrinsic functions:", () => {
  test("are all in the table", () => {
    expect(namesOf("Intrinsic functions").sort()).toEqual(Object.keys(INTRINSIC_FUNCTIONS).sort());
  });

  test.each(namesOf("Intrinsic functions"))("%s gives its value", async (name) => {
    const { expression, value } = INTRINSIC_SAMPLES[name] as ValueSample;
    const output = await outputOf(passing({ Parameters: { "value.$": expression } }));

    expect(output).toEqual({ value: value ?? expect.anything() });
  });

  test("another one is refused by its name", () => {
    expect(() => compiled(passing({ Parameters: { "value.$": "States.Other(1)" } }))).toThrow(/States\.Other/);
  });
});

describe("JSONata functions:", () => {
  const calling = (name: string) =>
    passing({ QueryLanguage: "JSONata", Output: `{% ${JSONATA_SAMPLES[name]?.expression} %}` });
  const ticked = (tick: string) => rowsOf("JSONata functions").filter(({ ticks }) => ticks.supported === tick);

  test.each(ticked("yes"))("$name gives its value", async ({ name }) => {
    expect(await outputOf(calling(name))).toEqual(JSONATA_SAMPLES[name]?.value);
  });

  test.each(ticked("no"))("$name is refused by its name", ({ name }) => {
    expect(() => compiled(calling(name))).toThrow(name);
  });
});

describe("the context object shows", () => {
  test.each(rowsOf("Context object"))("$name", async ({ name }) => {
    const definition = machine(contextSample(name));
    const Execution = { ...context.Execution, Input: INPUT, RedriveTime: "2026-01-02T00:00:00.000Z" };
    const { outcome } = await runDefinition(definition, { input: INPUT, context: { ...context, Execution } });

    expect(outcome).toMatchObject({ status: "SUCCEEDED" });
    expect(JSON.stringify(outcome)).toMatch(/"seen":(?!null)/);
  });
});

describe("errors:", () => {
  const ticked = (tick: string) => rowsOf("Error names").filter(({ ticks }) => ticks.supported === tick);

  test.each(ticked("yes"))("$name happens", async ({ name }) => {
    const clock = { ...virtualClock(), after: (_ms: number, callback: () => void) => deadline(callback) };
    const definition = machine(ERROR_SAMPLES[name] as States);
    const task = ({ arguments: args }: { arguments: Json }) => new Promise<Json>(() => args);

    const { outcome } = await runDefinition(definition, { input: INPUT, clock, task, objects: memoryObjects() });

    expect([
      { status: "SUCCEEDED", output: "caught" },
      { status: "FAILED", error: name },
    ]).toContainEqual(outcome.status === "FAILED" ? { status: "FAILED", error: outcome.error } : outcome);
  });

  test.each(ticked("no"))("$name may be caught, and never happens", ({ name }) => {
    const Catch = [{ ErrorEquals: [name], Next: "Then" }];
    const ItemProcessor = { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } };
    const states = { Tried: { Type: "Map", ItemProcessor, Catch, End: true }, Then: { Type: "Succeed" } };

    expect(compiled(machine(states)).startAt).toBe("Tried");
    expect(ERROR_SAMPLES[name]).toBeUndefined();
  });
});

function deadline(callback: () => void): () => void {
  const immediate = setImmediate(callback);
  return () => clearImmediate(immediate);
}

test("every row belongs to a section that is read, and every no has its reason", () => {
  const read = [
    ...Object.keys(FIELD_SAMPLES),
    "Choice operators",
    "Intrinsic functions",
    "JSONata functions",
    "Context object",
    "Error names",
    // stepfunctions/resources/asl-support.test.ts
    "Resources",
    // conformance/run.mjs
    "Recorded executions",
  ];

  expect([...new Set(TABLE.map(({ section }) => section))].sort()).toEqual(read.sort());
  for (const { ticks, note } of TABLE) if (ticks.supported === "no") expect(note).not.toBe("");
});
