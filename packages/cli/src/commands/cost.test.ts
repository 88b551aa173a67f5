import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";

const FLOWS = module(
  `export const process = orders.step(step("reserve")).step(step("charge"));`,
  `export const failing = flow("Failing", { input: Input }).step(step("charge", () => { throw new TypeError("declined"); }));`,
  `const many = step("many", undefined, { route: () => ({ count: 3 }) });`,
  `export const mapped = flow("Mapped", { input: z.object({ foo: z.string(), lines: z.array(z.string()) }) })
    .step(many).map({ over: "lines", count: (route) => route.many.count }, (item) => item.step(step("line")));`,
  `export const shared = flow("Shared", { input: z.object({ foo: z.string(), lines: z.array(z.string()) }) })
    .step(many).map({ over: "lines", count: (route) => route.many.count, distributed: { batchSize: 2 } }, (item) => item.step(step("line")));`,
  `export const nested = flow("Nested", { input: Input }).step(step("reserve")).start(process, { wait: true });`,
  "export default process;",
);
const INPUT = ["--input", '{"foo":"bar","lines":["a","b","c"]}'] as const;

const useFlows = (files: Readonly<Record<string, string>> = {}) => useProject({ "flow.mjs": FLOWS, ...files });

const reportOn = async (flow: string, ...args: readonly string[]) => {
  const { exitCode, stdout, stderr } = await useFlows().sfs3([
    "cost",
    "flow.mjs",
    "--flow",
    flow,
    ...INPUT,
    "--json",
    ...args,
  ]);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
};

describe("a flow's cost", () => {
  test("is told for both layouts and both kinds of machines, with what one execution was measured to do", async () => {
    const { exitCode, stdout } = await useFlows().sfs3(["cost", "flow.mjs", ...INPUT, "--executions", "2e6"]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^2,000,000 executions of Orders, USD, list prices of us-east-1 in \d{4}-\d{2}\n/);
    expect(stdout).toMatch(/ +Standard, document +Standard, parts +Express, document +Express, parts\n/);
    // Two steps, the message of the end, the end, and the start.
    expect(stdout).toMatch(
      /One execution, as measured: 1 machine, \d+ transitions, 2 Lambda calls of [\d.]+ ms in all/,
    );
    expect(stdout).toMatch(/S3, document: 2 GET, 3 PUT, \d+ bytes read, \d+ written/);
    expect(stdout).toContain("Parts are one object for each output");
    expect(stdout).toMatch(/total +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+\n/);
  });

  test("counts each item of a Map, and what started machines do", async () => {
    expect((await reportOn("Mapped")).perExecution).toMatchObject({ invocations: 4, machines: 1 });
    const [mapped, shared] = [await reportOn("Mapped"), await reportOn("Shared")];
    expect(shared.perExecution).toMatchObject({ invocations: 4, machines: 1 });
    // Two children: the start of each, and the Map over its batch.
    expect(shared.perExecution.transitions).toBe(mapped.perExecution.transitions + 4);
    const nested = await reportOn("Nested");

    expect(nested.perExecution).toMatchObject({ invocations: 3, machines: 2 });
    expect(nested.notExpress).toBe("'start-Orders' waits for the end of what it starts");
    expect(nested.offers.map(({ type }: { type: string }) => type)).toEqual(["Standard", "Standard"]);
  });

  test("can be asked for steps that add more than they did here", async () => {
    const { perExecution } = await reportOn("Orders", "--bytes-per-step", "1e6");

    expect(perExecution.s3.parts.writtenBytes - perExecution.inputBytes).toBe(2e6);
    expect(perExecution.s3.document.writtenBytes - 3 * perExecution.inputBytes).toBe(3e6);
  });
});

describe("prices", () => {
  test("printed can be changed and given back, whole or in part", async () => {
    const printed = await useProject({}).sfs3(["cost", "--print-prices"]);
    const prices = { ...JSON.parse(printed.stdout), currency: "EUR" };
    const project = useFlows({ "all.json": JSON.stringify(prices), "one.json": '{"s3PerMillionPuts": 0}' });
    const offersAt = async (file: string) => {
      const { stdout } = await project.sfs3(["cost", "flow.mjs", ...INPUT, "--json", "--prices", file]);
      return JSON.parse(stdout);
    };

    expect((await offersAt("all.json")).prices).toEqual(prices);
    const { offers } = await offersAt("one.json");
    expect(offers[0].bill["S3 PUT"]).toBe(0);
    expect(offers[0].bill["S3 GET"]).toBeGreaterThan(0);
  });

  test.each([
    ["absent.json", "--prices: absent.json cannot be read."],
    ["text.json", "--prices: text.json is not JSON"],
    ["list.json", "is no table of prices. 'sfs3 cost --print-prices' prints one."],
    ["typo.json", "s3PerMilionPuts"],
    ["negative.json", "s3PerMillionPuts"],
  ])("in %s are refused", async (file, message) => {
    const project = useFlows({
      "text.json": "cheap",
      "list.json": "[]",
      "typo.json": '{"s3PerMilionPuts":1}',
      "negative.json": '{"s3PerMillionPuts":-1}',
    });

    const { exitCode, stderr } = await project.sfs3(["cost", "flow.mjs", ...INPUT, "--prices", file]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
  });
});

test.each([
  [
    ["flow.mjs", "--flow", "Failing", ...INPUT],
    2,
    "The execution that was to be measured FAILED in 'charge': TypeError: declined",
  ],
  [[], 1, "Which flow? Give the module that exports it"],
  [["flow.mjs", "--executions", "many"], 1, "It must be a number above 0."],
  [["flow.mjs"], 1, "The input is not what Orders takes"],
])("%j ends with %i", async (args, code, message) => {
  const { exitCode, stderr } = await useFlows().sfs3(["cost", ...args]);

  expect(exitCode).toBe(code);
  expect(stderr).toContain(message);
});
