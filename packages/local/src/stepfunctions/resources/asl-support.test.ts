import { describe, expect, test } from "vitest";
import { supportTable } from "../../asl/fixtures/support-table.js";
import { useStack } from "../../fixtures/use-stack.js";

const ROWS = supportTable().filter(({ section }) => section === "Resources");
const ticked = (tick: string) => ROWS.filter(({ ticks }) => ticks.supported === tick).map(({ name }) => name);

const PLACES: Readonly<Record<string, string>> = { region: "us-east-1", account: "000000000000", name: "work" };

const arnOf = (row: string) => row.replaceAll(/<(\w+)>/g, (_, place: string) => PLACES[place] ?? "");

/** What the unchanged stack says to a Task of that resource. */
async function validated(row: string) {
  const { stepFunctions } = await useStack();
  const definition = { StartAt: "Tried", States: { Tried: { Type: "Task", Resource: arnOf(row), End: true } } };
  return stepFunctions.validateStateMachineDefinition({ definition: JSON.stringify(definition) });
}

describe("resources:", () => {
  test.each(ticked("yes"))("%s is accepted", async (row) => {
    expect(await validated(row)).toMatchObject({ result: "OK" });
  });

  test.each(ticked("no"))("%s is refused by its name", async (row) => {
    const { result, diagnostics } = await validated(row);

    expect(result).toBe("FAIL");
    expect(diagnostics).toMatchObject([
      { location: "/States/Tried/Resource", message: expect.stringContaining(arnOf(row)) },
    ]);
  });
});
