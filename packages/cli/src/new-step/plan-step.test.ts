import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Project, useProject } from "../fixtures/use-project.js";

const RESERVE = `import { defineStep } from "@sfs3/sdk";
import * as z from "zod";

export const ReserveInput = z.object({ orderId: z.string() });
export const ReserveOutput = z.object({ reservation: z.string().regex(/^R-\\d{4}$/), cents: z.int().min(5) });
export const reserve = defineStep(ReserveInput, ReserveOutput, () => ({ reservation: "R-0001", cents: 7 }), { name: "reserve" });
`;

const STEP = (name: string, output = "z.object({ text: z.string() })") => `import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
export const ${name} = defineStep(z.object({}), ${output}, () => ({ text: "x" }), { name: "${name}" });
`;

const INPUT = `import * as z from "zod";
export const OrdersInput = z.object({ orderId: z.string(), note: z.string().optional(), lines: z.array(z.object({ sku: z.string() })) });
`;

const flowSource = (chain: string, name = "Orders") => `import { flow } from "@sfs3/sdk/flow";
import { ${name}Input } from "./input.js";
import { reserve } from "./steps/reserve.js";
import { ship } from "./steps/ship.js";

export const ${name.toLowerCase()} = flow("${name}", { input: ${name}Input, topicRoot: "${name.toLowerCase()}" })${chain};
`;

const files = (chain = "\n  .step(reserve) // takes the stock\n  .step(ship)") => ({
  "package.json": `{"type":"module"}`,
  "src/flows.ts": `export { orders } from "./orders/flow.js";\n`,
  "src/orders/flow.ts": flowSource(chain),
  "src/orders/input.ts": INPUT,
  "src/orders/steps/reserve.ts": RESERVE,
  "src/orders/steps/ship.ts": STEP("ship"),
});

const textOf = (project: Project, path: string): string => readFileSync(project.path(path), "utf8");
const isThere = (project: Project, path: string): boolean => existsSync(project.path(path));

describe("a new step", () => {
  test("is made with the schemas of what it reads, its place in the chain, and the definitions", async () => {
    const project = useProject(files());

    const outcome = await project.sfs3([
      "new",
      "step",
      "charge",
      "--after",
      "reserve",
      "--reads",
      "orderId,reserve-output",
    ]);

    expect(outcome).toMatchObject({ exitCode: 0, stdout: "" });
    expect(outcome.stderr).toMatch(/Written: .*charge\.test\.ts, .*charge\.ts, src\/orders\/flow\.ts\n/);
    expect(textOf(project, "src/orders/steps/charge.ts")).toContain(`import * as z from "zod";
import { OrdersInput } from "../input.js";
import { ReserveOutput } from "./reserve.js";
`);
    expect(textOf(project, "src/orders/steps/charge.ts")).toContain(`export const ChargeInput = z.object({
  orderId: OrdersInput.shape.orderId,
  "reserve-output": ReserveOutput,
});`);
    expect(textOf(project, "src/orders/steps/charge.test.ts")).toMatch(
      /orderId: "text",\n {2}"reserve-output": \{\n {4}reservation: "R-\d{4}",\n {4}cents: 5,\n {2}\},/,
    );
    expect(textOf(project, "src/orders/flow.ts")).toBe(
      flowSource("\n  .step(reserve) // takes the stock\n  .step(charge)\n  .step(ship)").replace(
        "import { reserve",
        'import { charge } from "./steps/charge.js";\nimport { reserve',
      ),
    );
    expect(textOf(project, "asl/Orders.asl.json")).toContain('"charge"');
    expect(textOf(project, "sfs3.lock.json")).toContain('"charge-output"');
  });

  test("can be added after another that was just added", async () => {
    const project = useProject(files());

    await project.sfs3(["new", "step", "charge", "--after", "reserve"]);
    const outcome = await project.sfs3(["new", "step", "label", "--after", "charge", "--reads", "charge-output"]);

    expect(outcome.exitCode).toBe(0);
    expect(textOf(project, "src/orders/steps/label.ts")).toContain('"charge-output": ChargeOutput,');
    expect(textOf(project, "src/orders/flow.ts")).toContain("  .step(charge)\n  .step(label)\n  .step(ship)");
  });

  test("takes values for its test from the example of the input, and from the user", async () => {
    const project = useProject({ ...files(), "src/orders/input.example.json": `{"orderId":"17","lines":"wrong"}` });
    const sample = JSON.stringify({ "reserve-output": { reservation: "R-9999", cents: 50 } });

    await project.sfs3([
      "new",
      "step",
      "charge",
      "--after",
      "reserve",
      "--reads",
      "orderId,lines,reserve-output",
      "--sample",
      sample,
    ]);

    expect(textOf(project, "src/orders/steps/charge.test.ts")).toContain(`const sidecar = {
  orderId: "17",
  lines: [
    {
      sku: "text",
    },
  ],
  "reserve-output": {
    reservation: "R-9999",
    cents: 50,
  },
};`);
  });

  test("reads arrays behind a map, and what only some paths wrote as optional", async () => {
    const project = useProject(
      files(`.pass("p", { route: { n: 1 } })
  .map({ over: "lines", count: (route) => route.p.n }, (item) => item.step(reserve))
  .choice({ cases: [{ when: (route) => route.p.n.equals(1), run: (way) => way.step(ship) }] })`),
    );

    const outcome = await project.sfs3(["new", "step", "charge", "--reads", "reserve-output,ship-output,note"]);

    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.stderr).toContain("'ship-output' is optional: not every path has written it by then.");
    expect(textOf(project, "src/orders/steps/charge.ts")).toContain(`  "reserve-output": z.array(ReserveOutput),
  "ship-output": z.optional(ship.schemaOut),
  note: OrdersInput.shape.note,`);
    expect(textOf(project, "src/orders/steps/charge.test.ts").match(/waits for .*"/g)).toEqual([
      'waits for reserve-output"',
    ]);
  });

  test("gives imports other names where two are alike", async () => {
    const output = `export const Output = z.object({ text: z.string() });\n`;
    const step = (name: string) => STEP(name, "Output").replace("export const", `${output}export const`);
    const project = useProject({
      ...files(),
      "src/orders/steps/reserve.ts": step("reserve"),
      "src/orders/steps/ship.ts": step("ship"),
    });

    await project.sfs3(["new", "step", "charge", "--reads", "reserve-output,ship-output"]);

    expect(textOf(project, "src/orders/steps/charge.ts")).toContain(
      `import { Output } from "./reserve.js";\nimport { Output as ShipOutput } from "./ship.js";`,
    );
  });

  test("reads as unknown what is only exported by the flow's own module, and says so", async () => {
    const project = useProject({
      "src/flow.ts": `import { flow } from "@sfs3/sdk/flow";\n${STEP("first")}
export const Input = z.object({ id: z.string() });
export default flow("Alone", { input: Input }).step(first);
`,
    });

    const outcome = await project.sfs3(["new", "step", "second", "--reads", "id,first-output"]);

    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.stderr).toContain(
      "'first-output' is z.unknown(): its schema is in no module that the step could import.",
    );
    expect(textOf(project, "src/steps/second.ts")).toContain('  id: z.unknown(),\n  "first-output": z.unknown(),');
    expect(textOf(project, "src/flow.ts")).toContain("{ input: Input }).step(first).step(second);");
    expect(isThere(project, "asl")).toBe(false);
  });

  test("finds the file in which a flow is written through the list of all flows, and lies beside it", async () => {
    const { "src/orders/flow.ts": flow, ...others } = files();
    const project = useProject({
      ...others,
      "src/flows.ts": `import { orders } from "./machines/order-flow.js";\nexport { orders };\nexport default orders;\n`,
      "src/machines/order-flow.ts": `${flow.replace('"./', '"../orders/').replaceAll('"./steps', '"../orders/steps').replace("../orders/input", "../orders/input")}`,
    });

    const outcome = await project.sfs3(["new", "step", "charge", "--after", "reserve", "--reads", "reserve-output"]);

    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(textOf(project, "src/machines/steps/charge.ts")).toContain(
      'import { ReserveOutput } from "../../orders/steps/reserve.js";',
    );
    expect(textOf(project, "src/machines/order-flow.ts")).toContain('import { charge } from "./steps/charge.js";');
  });
});

describe("a flow that is too clever to edit", () => {
  const clever = (): Record<string, string> => ({
    ...files(),
    "src/orders/flow.ts": flowSource(";\n[reserve, ship].map((step) => { orders = orders.step(step); })").replace(
      "const",
      "let",
    ),
  });

  test("is left alone: the step is made, what to add is told, and the exit code is 3", async () => {
    const project = useProject(clever());

    const { exitCode, stderr } = await project.sfs3(["new", "step", "charge", "--after", "reserve"]);

    expect(exitCode).toBe(3);
    expect(isThere(project, "src/orders/steps/charge.test.ts")).toBe(true);
    expect(textOf(project, "src/orders/flow.ts")).toBe(clever()["src/orders/flow.ts"]);
    expect(stderr).toContain("'orders' is declared by let");
    expect(stderr).toMatch(/import \{ charge \} from ".*steps\/charge\.js";/);
    expect(stderr).toContain("and behind 'reserve'\n\n  .step(charge)");
  });

  test("is told a new branch as one", async () => {
    const flow = flowSource(";\nconst left = (branch) => branch.step(reserve)").replace(
      'topicRoot: "orders" })',
      'topicRoot: "orders" }).parallel(...[(branch) => branch.step(reserve)])',
    );
    const project = useProject({ ...files(), "src/orders/flow.ts": flow });

    const { exitCode, stderr } = await project.sfs3([
      "new",
      "step",
      "charge",
      "--after",
      "reserve",
      "--in-branch",
      "new",
    ]);

    expect(exitCode).toBe(3);
    expect(stderr).toContain("the branches of its parallel are not written one by one");
    expect(stderr).toContain("and as a new branch of 'parallel-1'\n\n  (branch) => branch.step(charge)");
  });

  test("keeps what exists from being overwritten as well", async () => {
    const project = useProject({ ...clever(), "src/steps/charge.ts": "mine" });

    const { exitCode, stderr } = await project.sfs3(["new", "step", "charge", "--dir", "src/steps"]);

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("exists already") });
    expect(textOf(project, "src/steps/charge.ts")).toBe("mine");
  });
});

describe("nothing is changed", () => {
  const refused = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const project = useProject({ ...files(), ...more });
    const before = textOf(project, "src/orders/flow.ts");
    const { exitCode, stdout, stderr } = await project.sfs3(["new", "step", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(textOf(project, "src/orders/flow.ts")).toBe(before);
    expect(isThere(project, "src/orders/steps/charge.ts")).toBe(false);
    expect(isThere(project, "asl")).toBe(false);
    return stderr;
  };

  const OTHER = {
    "src/other/flow.ts": flowSource(".step(reserve)", "Other"),
    "src/other/input.ts": INPUT.replace("OrdersInput", "OtherInput"),
    "src/other/steps/reserve.ts": RESERVE,
    "src/other/steps/ship.ts": STEP("ship"),
  };

  test.each([
    [
      "a key that nothing writes",
      ["charge", "--reads", "orderId,shipOutput"],
      "nothing before that place writes 'shipOutput'. There is orderId, note, lines, reserve-output, ship-output.",
    ],
    [
      "a key that is written later",
      ["charge", "--after", "reserve", "--reads", "ship-output"],
      "There is orderId, note, lines, reserve-output.",
    ],
    [
      "a state that there is not",
      ["charge", "--after", "reserv"],
      "Orders has no state 'reserv'. It has reserve, ship.",
    ],
    ["a branch where there is none", ["charge", "--in-branch", "ship"], "that state is in no branch"],
    [
      "a branch with a number where none is",
      ["charge", "--after", "reserve", "--in-branch", "1"],
      "'reserve' neither has branches",
    ],
    [
      "a new branch where no parallel is",
      ["charge", "--after", "reserve", "--in-branch", "new"],
      "followed by a parallel",
    ],
    ["a module that is not there", ["charge", "--module", "src/x.ts"], "There is no module"],
    [
      "a process that is not there",
      ["charge", "--process", "refunds"],
      "--process refunds: there is Orders (src/orders/flow.ts)",
    ],
    [
      "a sample that does not fit",
      ["charge", "--reads", "reserve-output", "--sample", '{"reserve-output":{"cents":1}}'],
      "the schema of 'reserve-output' does not accept that value",
    ],
    ["a sample that is no JSON", ["charge", "--sample", "{no"], "--sample is no JSON object"],
  ])("by %s", async (_, args, message) => {
    expect(await refused(args)).toContain(message);
  });

  test("where two flows could be meant; naming one helps", async () => {
    expect(await refused(["charge"], OTHER)).toContain(
      "There are Orders (src/orders/flow.ts), Other (src/other/flow.ts). Name one with --process.",
    );

    const project = useProject({ ...files(), ...OTHER });
    expect(await project.sfs3(["new", "step", "charge", "--process", "other"])).toMatchObject({ exitCode: 0 });
    expect(textOf(project, "src/other/flow.ts")).toContain(".step(reserve).step(charge);");
  });

  test("where no value can be made for the test", async () => {
    const ship = STEP("ship", `z.object({ text: z.string().refine((text) => text === "sesame", "say the word") })`);

    expect(await refused(["charge", "--reads", "ship-output"], { "src/orders/steps/ship.ts": ship })).toContain(
      "no value for the unit test could be made that the schema of 'ship-output' accepts: text: say the word",
    );
  });

  test("where the flow does not have the step afterwards", async () => {
    const template = STEP("charge").replace('name: "charge"', 'name: "other"');

    expect(await refused(["charge"], { ".sfs3/templates/step/{{name}}.ts.mustache": template })).toContain(
      "Orders has no step 'charge' after the change of its source. Does its template name it so?\nNothing was changed.",
    );
  });

  test("where the flow cannot be generated with the step: all is taken back", async () => {
    const stderr = await refused(["charge"], {
      ".sfs3/templates/step/{{name}}.ts.mustache": `export { ship as {{identifier}} } from "./ship.js";\n`,
    });

    expect(stderr).toContain("ship");
    expect(stderr).toContain("Nothing was changed.");
  });
});

test("a project without a flow gets the step alone, and no place in one", async () => {
  const project = useProject({});

  expect(await project.sfs3(["new", "step", "charge", "--after", "reserve"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--after: there is no flow in src"),
  });
  writeFileSync(project.path("note.txt"), "");
  expect(await project.sfs3(["new", "step", "charge"])).toMatchObject({ exitCode: 0 });
  expect(isThere(project, "src/steps/charge.ts")).toBe(true);
});
