import { afterAll, beforeAll, expect, test } from "vitest";
import { type JudgedProject, makeProject } from "./fixtures/make-project.js";
import { renderTemplate, stepView, type View } from "./index.js";

const step = (name: string, ...reads: string[]): View => stepView({ name, reads });

const STEPS: readonly View[] = [
  step("step-a"),
  step("charge", "orderId", "reserve-output"),
  step("a", "a"),
  step("step_a", "1", "größe", "a.b", "two words", "50%", "%s", "$&", "{{name}}", "*", "-"),
  step("STEP", `${"n".repeat(64)}-output`),
  step("1st", "constructor", "toString", "hasOwnProperty", "valueOf"),
  step("n".repeat(64)),
  step(`${"m".repeat(63)}1`, "true", "null", "class"),
  step("1".repeat(64), "z"),
  step("-0"),
  ...["constructor", "class", "toString", "await", "undefined", "fetch", "enum", "module"].map((name) => step(name)),
  ...["z", "test", "expect", "sidecar", "result", "define-step", "test-step"].map((name) => step(name, name)),
  stepView({
    name: "ship",
    reads: [
      { key: "charge-output", schema: "ChargeOutput", sample: { status: "paid" } },
      { key: "label-output", schema: "z.array(Output2)", sample: [{ status: "new" }, { status: "new" }] },
      { key: "step-a-output", schema: "z.optional(stepA.schemaOut)", required: false, sample: { status: "ok" } },
      { key: "orderId", schema: "OrdersInput.shape.orderId", sample: "17" },
      { key: "two words", schema: 'OrdersInput.shape["two words"]', sample: [1, 2] },
      { key: "gift", schema: "OrdersInput.shape.gift", required: false, sample: null },
      {
        key: "nothing",
        schema: "z.unknown()",
        sample: [JSON.parse('{"__proto__":1}'), { "a b": [], c: {}, größe: [[1], [`"a" is 'b'`]] }],
      },
    ],
    imports: [
      { name: "OrdersInput", from: "../input.js" },
      { name: "ChargeOutput", from: "./charge.js" },
      { name: "ChargeOutput", as: "Output2", from: "./charge.js" },
      { name: "stepA", from: "./step-a.js" },
    ],
  }),
  stepView({
    name: "long",
    reads: [["LongA", 1] as const, ["LongB", 2] as const].map(([name, sample]) => ({
      key: `${name}-output`,
      schema: `${name}${"x".repeat(50)}`,
      sample,
    })),
    imports: ["LongB", "LongA"].map((name) => ({ name: `${name}${"x".repeat(50)}`, from: "../input.js" })),
  }),
];

const INPUT = `import * as z from "zod";

export const OrdersInput = z.object({
  orderId: z.string(),
  "two words": z.array(z.number()),
  gift: z.string().nullish(),
});

export const LongA${"x".repeat(50)} = z.literal(1);
export const LongB${"x".repeat(50)} = z.literal(2);
`;

/** Each breaks a step in another way; the test beside it has to notice. */
const BREAKS: Readonly<Record<string, (source: string) => string>> = {
  "another output": (source) => source.replace('"ok"', '"ko"'),
  "an error": (source) => source.replace("return {", "if (Date.now() > 0) throw new Error(); return {"),
  "another key": (source) => source.replace("{ name:", '{ outputKey: "elsewhere", name:'),
  "another name": (source) => source.replace('{ name: "', '{ name: "x'),
  "input not required": (source) => source.replace("z.unknown()", "z.unknown().optional()"),
  "input of another type": (source) => source.replace("z.unknown()", "z.number()"),
};

let project: JudgedProject;
const rendered: string[] = [];

beforeAll(() => {
  project = makeProject();
  project.put("src/input.ts", INPUT);
  for (const { path, content } of STEPS.flatMap((view) => renderTemplate("step", view))) {
    rendered.push(`src/steps/${path}`);
    project.put(`src/steps/${path}`, content);
  }
});

afterAll(() => project.remove());

test("each file has a path of its own", () => {
  expect(new Set(rendered).size).toBe(2 * STEPS.length);
});

test("it type-checks under the strictest settings, and a step fits only a flow that has what it reads", () => {
  project.put(
    "src/flow.ts",
    `import { flow } from "@sfs3/sdk/flow";
     import * as z from "zod";
     import { charge } from "./steps/charge.js";
     const input = z.object({ orderId: z.string(), "reserve-output": z.object({ reserved: z.boolean() }) });
     export const orders = flow("Orders", { input, topicRoot: "orders" }).step(charge);
     // @ts-expect-error nothing here writes reserve-output
     flow("Orders", { input: input.pick({ orderId: true }), topicRoot: "orders" }).step(charge);`,
  );

  expect(project.typeErrors(["src/flow.ts", ...rendered])).toBe("");
});

test("it is formatted and linted as this repository is", () => {
  const { status, said } = project.lint(rendered);

  expect(status, said).toBe(0);
  expect(said).toContain(`Checked ${rendered.length} files`);
});

test("it passes its own tests, which fail when the step breaks", () => {
  for (const [index, breakIt] of Object.values(BREAKS).entries()) {
    project.put(`broken-${index}/charge.ts`, breakIt(project.textOf("src/steps/charge.ts")));
    project.put(`broken-${index}/charge.test.ts`, project.textOf("src/steps/charge.test.ts"));
  }

  const results = project.runTests();

  const unexpected = results.filter(({ file, status }) => (status === "failed") !== file.startsWith("broken-"));
  expect(unexpected).toEqual([]);
  expect(results).toHaveLength(rendered.length / 2 + Object.keys(BREAKS).length);
});
