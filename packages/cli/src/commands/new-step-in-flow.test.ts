import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Project, useProject } from "../fixtures/use-project.js";

const INPUT = `import * as z from "zod";

export const OrdersInput = z.object({ id: z.string(), gift: z.boolean().optional() });
`;

const RESERVE = `import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { OrdersInput } from "../input.js";

export const ReserveOutput = z.object({ shelf: z.enum(["top", "bottom"]), count: z.int().min(3) });

export const reserve = defineStep(OrdersInput, ReserveOutput, () => ({ shelf: "top", count: 3 }), { name: "reserve" });
`;

const FLOW = `import { flow } from "@sfs3/sdk/flow";
import { OrdersInput } from "./input.js";
import { reserve } from "./steps/reserve.js";

// The only flow.
export const orders = flow("Orders", { input: OrdersInput })
  .step(reserve) // first of all
  .wait({ seconds: 1, as: "pause" });
`;

const FILES = {
  "package.json": '{"type":"module"}',
  "src/flows.ts": 'export { orders } from "./orders/flow.js";\n',
  "src/orders/flow.ts": FLOW,
  "src/orders/input.ts": INPUT,
  "src/orders/steps/reserve.ts": RESERVE,
};

const useOrders = (files: Readonly<Record<string, string>> = {}) => useProject({ ...FILES, ...files });

const textOf = (project: Project, path: string): string => readFileSync(project.path(path), "utf8");
const stepFile = "src/orders/steps/charge.ts";

/** A project in which nothing has changed. */
function expectUntouched(project: Project, flow = FLOW): void {
  expect(textOf(project, "src/orders/flow.ts")).toBe(flow);
  expect(existsSync(project.path(stepFile))).toBe(false);
  expect(existsSync(project.path("asl"))).toBe(false);
}

describe("a new step", () => {
  test("is put behind the state named, its definition is generated, and nothing else of the source changes", async () => {
    const project = useOrders();

    const { exitCode, stderr } = await project.sfs3(["new", "step", "charge", "--after", "reserve"]);

    expect(exitCode, stderr).toBe(0);
    expect(textOf(project, "src/orders/flow.ts")).toBe(
      FLOW.replace(
        'import { reserve } from "./steps/reserve.js";',
        'import { charge } from "./steps/charge.js";\nimport { reserve } from "./steps/reserve.js";',
      ).replace("// first of all\n", "// first of all\n  .step(charge)\n"),
    );
    expect(JSON.parse(textOf(project, "asl/Orders.asl.json")).States.reserve.Next).toBe("charge");
    expect(JSON.parse(textOf(project, "sfs3.lock.json")).flows.Orders.steps).toHaveProperty("charge");
  });

  test.each([
    [
      ["--before", "reserve"],
      ["charge", "reserve", "pause"],
    ],
    [
      ["--before", "pause"],
      ["reserve", "charge", "pause"],
    ],
    [[], ["reserve", "pause", "charge"]],
  ])("goes where %j says", async (place, order) => {
    const project = useOrders();
    await project.sfs3(["new", "step", "charge", ...place]);

    const { StartAt, States } = JSON.parse(textOf(project, "asl/Orders.asl.json"));
    const visited = [StartAt];
    for (const _ of order.slice(1)) visited.push(States[visited.at(-1)].Next);
    expect(visited).toEqual(order);
  });

  test("reads with the schemas that are written before it, and its test has values that these accept", async () => {
    const project = useOrders();

    const { exitCode, stderr } = await project.sfs3(["new", "step", "charge", "--reads", "id,gift,reserve-output"]);

    expect(exitCode, stderr).toBe(0);
    const source = textOf(project, stepFile);
    expect(source).toContain('import { OrdersInput } from "../input.js";');
    expect(source).toContain("  id: OrdersInput.shape.id,\n  gift: OrdersInput.shape.gift,\n");
    expect(source).toContain('  "reserve-output": ReserveOutput,\n');
    const unitTest = textOf(project, "src/orders/steps/charge.test.ts");
    expect(unitTest).toMatch(/shelf: "(top|bottom)"/);
    expect(unitTest).toContain("charge waits for reserve-output");
    expect(unitTest).not.toContain("charge waits for gift");
  });

  test("takes the values of its test from the example of the input, and from --sample", async () => {
    const project = useOrders({ "src/orders/input.example.json": '{"id":"example-id"}' });
    const sample = '{"reserve-output":{"shelf":"top","count":77}}';

    await project.sfs3(["new", "step", "charge", "--reads", "id,reserve-output", "--sample", sample]);

    const unitTest = textOf(project, "src/orders/steps/charge.test.ts");
    expect(unitTest).toContain('"example-id"');
    expect(unitTest).toContain("count: 77");
  });

  test("is found its process by the state that only one has", async () => {
    const project = useOrders({
      "src/hello/flow.ts": FLOW.replaceAll("./", "../orders/")
        .replace("const orders", "const hello")
        .replace('"Orders"', '"Hello"')
        .replace("pause", "rest"),
    });

    const undecided = await project.sfs3(["new", "step", "charge", "--after", "reserve"]);
    const decided = await project.sfs3(["new", "step", "charge", "--after", "pause"]);
    const named = await project.sfs3(["new", "step", "ship", "--process", "hello"]);

    expect(undecided.stderr).toMatch(/Which flow\? There are .*Orders.*Name one with --process\./);
    expect(decided.exitCode, decided.stderr).toBe(0);
    expect(textOf(project, "src/orders/flow.ts")).toContain(".step(charge)");
    expect(named.exitCode, named.stderr).toBe(0);
    expect(textOf(project, "src/hello/flow.ts")).toContain(".step(ship)");
  });

  test("in a dry run prints its files and the change of the flow, and does nothing", async () => {
    const project = useOrders();

    const { exitCode, stdout } = await project.sfs3(["new", "step", "charge", "--after", "reserve", "--dry-run"]);

    expect(exitCode).toBe(0);
    expect(stdout).toContain(`// ${stepFile}\n`);
    expect(stdout).toContain("\n+  .step(charge)\n");
    expectUntouched(project);
  });
});

describe("a flow that is too clever to edit", () => {
  const CLEVER = FLOW.replace(
    /export const orders = [\s\S]*/,
    'const begin = flow("Orders", { input: OrdersInput });\nexport const orders = [reserve].reduce((so, step) => so.step(step as never), begin as never) as typeof begin;\n',
  );

  test("gets its step's files, and the author is told what to add and where", async () => {
    const project = useOrders({ "src/orders/flow.ts": CLEVER });

    const { exitCode, stderr } = await project.sfs3(["new", "step", "charge", "--before", "reserve"]);

    expect(exitCode, stderr).toBe(3);
    expect(stderr).toContain(`Written: src/orders/steps/charge.test.ts, ${stepFile}`);
    expect(stderr).toMatch(/src\/orders\/flow\.ts was left as it is: .+\. Add to it:/);
    expect(stderr).toContain(
      "  import { charge } from \"./steps/charge.js\";\n\nand before 'reserve'\n\n  .step(charge)\n",
    );
    expect(textOf(project, "src/orders/flow.ts")).toBe(CLEVER);
    expect(existsSync(project.path(stepFile))).toBe(true);
  });
});

test.each([
  [["--reads", "nothing"], "nothing before that place writes 'nothing'. There is id, gift, reserve-output."],
  [["--before", "reserve", "--reads", "reserve-output"], "nothing before that place writes 'reserve-output'"],
  [["--after", "absent"], "Orders has no state 'absent'. It has reserve, pause."],
  [["--process", "payments"], "--process payments: there is Orders"],
  [["--after", "reserve", "--before", "pause"], "exclude each other"],
  [["--sample", "[]"], "--sample is"],
  [["--reads", "id", "--sample", '{"id":3}'], "the schema of 'id' does not accept that value"],
])("%j is refused, and nothing is changed", async (options, message) => {
  const project = useOrders();

  const { exitCode, stderr } = await project.sfs3(["new", "step", "charge", ...options]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain(message);
  expectUntouched(project);
});

test("a step that the flow has already is refused", async () => {
  const { exitCode, stderr } = await useOrders().sfs3(["new", "step", "reserve"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("Orders has a step 'reserve' already. Choose another name.");
});

test("a flow of which no definition can be made with the step in it is put back, with the files", async () => {
  // Its template makes a step by the name of another one, so that both would be deployed as one function.
  const template = RESERVE.replace("reserve = ", "charge = ").replace('name: "reserve"', 'name: "Reserve"');
  const project = useOrders({ ".sfs3/templates/step/{{name}}.ts.mustache": template });

  const { exitCode, stderr } = await project.sfs3(["new", "step", "charge"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("both would be deployed as ReserveFunctionArn");
  expect(stderr).toContain("Nothing was changed.");
  expectUntouched(project);
});
