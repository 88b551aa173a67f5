import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";

const STEP =
  "const typed = (name, reads, writes, options = {}) => defineStep(reads, writes, () => ({}), { name, ...options });";

/** A project in which the flow was `before` when it was last generated, and is `after` now. */
async function changed(before: readonly string[], after: readonly string[]) {
  const project = useProject({
    "package.json": "{}",
    "old/flow.mjs": module(STEP, ...before),
    "new/flow.mjs": module(STEP, ...after),
  });
  const { exitCode, stderr } = await project.sfs3(["gen-asl", "old/flow.mjs", "--all", "--out", "asl"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return project;
}

/** Rules and states of what `--against` finds. */
async function findings(before: readonly string[], after: readonly string[]) {
  const { sfs3 } = await changed(before, after);
  const { stdout } = await sfs3(["check", "new/flow.mjs", "--format", "json", "--against", "sfs3.lock.json"]);
  const all: readonly { rule: string; state?: string; severity: string }[] = JSON.parse(stdout);
  return all
    .filter(({ rule }) => rule.startsWith("in-flight") || rule === "input-tightened")
    .map(({ severity, rule, state }) => `${severity} ${rule} ${state}`);
}

const A = 'typed("a", Input, z.object({ n: z.number() }))';
const reading = (schema: string) => `typed("b", z.object({ "a-output": ${schema} }), Output)`;
const chain = (...steps: readonly string[]) => [
  `export const process = orders${steps.map((step) => `.step(${step})`).join("")};`,
];
const BEFORE = chain(A, reading("z.object({ n: z.number() })"));

describe("executions in flight survive", () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ["no change at all", BEFORE, BEFORE],
    ["another order", chain(A, 'step("c")', 'step("d")'), chain(A, 'step("d")', 'step("c")')],
    [
      "another name for a state",
      BEFORE,
      [
        "export const process = orders",
        `.step(${A}, { as: "first" }).step(${reading("z.object({ n: z.number() })")});`,
      ],
    ],
    [
      "a new step whose output nobody else requires",
      BEFORE,
      [...chain(A, 'step("new")', reading("z.object({ n: z.number() })"))],
    ],
    [
      "a key more in an output",
      BEFORE,
      chain(
        'typed("a", Input, z.object({ n: z.number(), m: z.string() }))',
        reading("z.object({ n: z.number(), m: z.string().optional() })"),
      ),
    ],
    ["a reader that takes more", BEFORE, chain(A, reading("z.object({ n: z.number().nullable() })"))],
    [
      "a refinement that was there",
      chain(A, reading("z.object({ n: z.number().refine(Boolean) })")),
      chain(A, reading("z.object({ n: z.number().refine(Boolean) })")),
    ],
    [
      "a reader that took less than is written, and still does",
      chain(A, reading("z.object({ n: z.number().min(5) })")),
      chain(A, reading("z.object({ n: z.number().min(5) })")),
    ],
    [
      "another type that both take",
      BEFORE,
      chain(
        'typed("a", Input, z.object({ n: z.string() }))',
        reading("z.object({ n: z.union([z.number(), z.string()]) })"),
      ),
    ],
  ])("%s", async (_, before, after) => {
    expect(await findings(before, after)).toEqual([]);
  });
});

describe("executions in flight do not survive", () => {
  const review = (options: string) => `typed("review", Input, z.object({ ok: z.boolean() }), { ${options} })`;
  const choosing = (when: string) =>
    `.choice({ cases: [{ when: (route) => ${when}, run: (way) => way.step(step("yes")) }] })`;
  const routed = "route: () => ({ ok: true, n: 1 })";

  test.each<readonly [string, readonly string[], readonly string[], readonly string[]]>([
    [
      "a step that is renamed",
      BEFORE,
      chain(
        'typed("a2", Input, z.object({ n: z.number() }), { outputKey: "a-output" })',
        reading("z.object({ n: z.number() })"),
      ),
      ["error in-flight-step-removed a"],
    ],
    [
      "an output under another key",
      BEFORE,
      chain(
        'typed("a", Input, z.object({ n: z.number() }), { outputKey: "count" })',
        'typed("b", z.object({ count: z.object({ n: z.number() }) }), Output)',
      ),
      ["error in-flight-key-missing b"],
    ],
    [
      "a reader of what only a new step writes",
      BEFORE,
      chain(A, 'step("c")', 'typed("b", z.object({ "c-output": Output }), Output)'),
      ["error in-flight-key-missing b"],
    ],
    [
      "an output of another type",
      BEFORE,
      chain('typed("a", Input, z.object({ n: z.string() }))', reading("z.object({ n: z.string() })")),
      ["error in-flight-key-retyped b"],
    ],
    [
      "a key of an output that becomes required",
      BEFORE,
      chain(
        'typed("a", Input, z.object({ n: z.number(), m: z.string() }))',
        reading("z.object({ n: z.number(), m: z.string() })"),
      ),
      ["error in-flight-key-retyped b"],
    ],
    [
      "a reader that takes less",
      BEFORE,
      chain(A, reading("z.object({ n: z.number().min(5) })")),
      ["error in-flight-key-retyped b"],
    ],
    [
      "a reader with a new refinement, perhaps",
      BEFORE,
      chain(A, reading("z.object({ n: z.number().refine(Boolean) })")),
      ["warning in-flight-key-unsure b"],
    ],
    [
      "an input of another type",
      chain(A),
      [
        'export const process = flow("Orders", { input: z.object({ foo: z.number() }), topicRoot: "orders" }).step(typed("a", z.object({ foo: z.number() }), Output));',
      ],
      ["error in-flight-key-retyped a", "warning input-tightened undefined"],
    ],
    [
      "another topic root",
      chain(A),
      [`export const process = flow("Orders", { input: Input }).step(${A});`],
      ["error in-flight-topic-changed undefined"],
    ],
    [
      "a flow that is gone, perhaps",
      [...chain(A), `export const other = flow("Other", { input: Input }).step(${A});`],
      chain(A),
      ["warning in-flight-machine-removed undefined"],
    ],
    [
      "a started flow that is gone",
      [
        'const begun = flow("Begun", { input: Input }).step(step("x"));',
        `export const process = orders.step(${A}).start(begun);`,
      ],
      chain(A),
      ["warning in-flight-machine-removed undefined", "error in-flight-flow-removed start-Begun"],
    ],
    [
      "a started flow that takes less",
      [
        'const begun = flow("Begun", { input: z.object({ "a-output": z.object({ n: z.number() }) }) }).step(typed("x", z.object({}), Output));',
        `export const process = orders.step(${A}).start(begun);`,
      ],
      [
        'const begun = flow("Begun", { input: z.object({ "a-output": z.object({ n: z.number().max(3) }) }) }).step(typed("x", z.object({}), Output));',
        `export const process = orders.step(${A}).start(begun);`,
      ],
      ["warning input-tightened undefined", "error in-flight-key-retyped start-Begun"],
    ],
    [
      "a step that sets no route value any more",
      [`export const process = orders.step(${review(routed)})${choosing("route.review.ok.equals(true)")};`],
      [`export const process = orders.step(${review("")}).step(step("yes"));`],
      ["error in-flight-route-removed choice-1"],
    ],
    [
      "a step that sets another route value, perhaps",
      [`export const process = orders.step(${review(routed)})${choosing("route.review.ok.equals(true)")};`],
      [`export const process = orders.step(${review(routed)})${choosing("route.review.n.equals(1)")};`],
      ["warning in-flight-route-unsure choice-1"],
    ],
    [
      "a second round that reads what the first has written otherwise",
      [
        `export const process = orders.step(${review(routed)}).repeat((round) => round.step(typed("poll", z.object({ "poll-output": z.object({ n: z.number() }).optional() }), z.object({ n: z.number() }))), { until: (route) => route.review.ok.equals(true), maxRounds: 3 });`,
      ],
      [
        `export const process = orders.step(${review(routed)}).repeat((round) => round.step(typed("poll", z.object({ "poll-output": z.object({ n: z.string() }).optional() }), z.object({ n: z.string() }))), { until: (route) => route.review.ok.equals(true), maxRounds: 3 });`,
      ],
      ["error in-flight-key-retyped poll"],
    ],
  ])("%s", async (_, before, after, expected) => {
    expect(await findings(before, after)).toEqual(expected);
  });

  test("and the finding says what they have, and what to do", async () => {
    const { sfs3 } = await changed(
      BEFORE,
      chain(A, 'step("c")', 'typed("b", z.object({ "c-output": Output }), Output)'),
    );

    const { exitCode, stdout } = await sfs3(["check", "new/flow.mjs", "--against", "sfs3.lock.json"]);

    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "Orders: 'b' reads 'c-output', which executions in flight do not have. Make it optional until they have ended. They have foo, a-output. [in-flight-key-missing]",
    );
  });
});

describe("--against", () => {
  test("reads a lock file from standard input", async () => {
    const { sfs3, path } = await changed(BEFORE, chain('step("c")'));

    const { exitCode, stdout } = await sfs3(["check", "new/flow.mjs", "--against", "-"], {
      stdin: readFileSync(path("sfs3.lock.json"), "utf8"),
    });

    expect(exitCode).toBe(1);
    expect(stdout).toContain("[in-flight-step-removed]");
  });

  test("reads an older definition, which names what it calls and nothing of the data", async () => {
    const begun = 'const begun = flow("Begun", { input: Input }).step(step("x"));';
    const { sfs3 } = await changed(
      [begun, `export const process = orders.step(${A}).start(begun);`],
      chain('step("c")'),
    );

    const { stdout } = await sfs3(["check", "new/flow.mjs", "--against", "asl/Orders.asl.json"]);

    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the definition
    expect(stdout).toContain("asl/Orders.asl.json calls ${AFunctionArn}, and no step has that name any more.");
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the definition
    expect(stdout).toContain("asl/Orders.asl.json starts ${BegunStateMachineArn}, and no flow has that name any more.");
  });

  test.each([
    ["absent.json", {}, "--against: "],
    ["old.json", { "old.json": "{}" }, "old.json is no lock file"],
    ["old.json", { "old.json": '{"StartAt":"a","States":{}}' }, "old.json calls nothing by a placeholder."],
    ["old.json", { "old.json": '{"lockVersion":1,"flows":{"Orders":{}}}' }, "its entry of Orders has no 'takes'."],
  ])("refuses %s that says nothing", async (name, files, message) => {
    const { sfs3 } = useProject({ "flow.mjs": module(STEP, ...chain(A)), ...files });

    const { exitCode, stdout, stderr } = await sfs3(["check", "flow.mjs", "--against", name]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
  });
});
