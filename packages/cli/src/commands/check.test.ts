import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";

/** A step of any schemas, for modules of tests. */
const STEP =
  "const typed = (name, reads, writes, options = {}) => defineStep(reads, writes, () => ({}), { name, ...options });";

const checking = (...lines: readonly string[]) => useProject({ "src/flow.mjs": module(STEP, ...lines) });

/** Rule and state of each finding. */
async function found(lines: readonly string[], options: readonly string[] = []) {
  const { stdout } = await checking(...lines).sfs3(["check", "src/flow.mjs", "--format", "json", ...options]);
  const findings: readonly { rule: string; state?: string; severity: string }[] = JSON.parse(stdout);
  return findings.map(({ severity, rule, state }) => `${severity} ${rule} ${state}`);
}

describe("check", () => {
  test("finds nothing wrong with a flow that is right", async () => {
    const flow =
      'export const process = orders.step(step("reserve")).step(typed("charge", z.object({ "reserve-output": Output }), Output));';

    expect(await checking(flow).sfs3(["check", "src/flow.mjs"])).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "0 errors, 0 warnings, 0 notes\n",
    });
  });

  test("tells file, line, severity and rule of all that gen-asl would refuse, and exits with 1", async () => {
    const { sfs3 } = checking(
      "export const process = orders",
      '  .step(typed("charge", z.object({ absent: z.string() }), Output))',
      '  .step(typed("ship", z.object({ lost: z.string() }), Output), { timeoutSeconds: 901 });',
    );

    const { exitCode, stdout, stderr } = await sfs3(["check", "src/flow.mjs"]);

    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "3 errors, 0 warnings, 0 notes\n" });
    expect(stdout.split("\n")).toEqual([
      "src/flow.mjs:14: error: Orders, 'ship': timeoutSeconds is 901. Use an integer from 1 to 900. [timeout-over-lambda]",
      expect.stringMatching(/^src\/flow\.mjs:13: error: Orders: the step 'charge' reads 'absent', .+ \[unmet-read\]$/),
      expect.stringMatching(/^src\/flow\.mjs:14: error: Orders: the step 'ship' reads 'lost', .+ \[unmet-read\]$/),
      "",
    ]);
  });

  test("looks at every flow of the module, or at the one that is named", async () => {
    const lines = [
      'export const first = orders.step(typed("a", z.object({ x: z.string() }), Output));',
      'export const second = flow("Second", { input: Input }).step(typed("b", z.object({ y: z.string() }), Output));',
    ];

    expect(await found(lines)).toEqual(["error unmet-read a", "error unmet-read b"]);
    expect(await found(lines, ["--flow", "Second"])).toEqual(["error unmet-read b"]);
  });

  test("takes warnings as errors where there are more than allowed", async () => {
    const { sfs3 } = useProject({
      "flow.mjs": module('export const process = orders.step(step("a"));', 'export const other = step("b");'),
    });

    const allowed = await sfs3(["check", "flow.mjs", "--max-warnings", "1"]);
    const refused = await sfs3(["check", "flow.mjs", "--max-warnings", "0"]);

    expect(allowed).toMatchObject({ exitCode: 0, stderr: "0 errors, 1 warnings, 0 notes\n" });
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: "0 errors, 1 warnings, 0 notes; --max-warnings allows 0\n",
    });
  });

  test("wants a number where one is wanted", async () => {
    const { exitCode, stderr } = await checking("").sfs3(["check", "src/flow.mjs", "--max-warnings", "few"]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain("It is no whole number.");
  });
});

describe("a rule finds", () => {
  const review = 'typed("review", Input, z.object({ lines: z.array(z.string()) }), { route: () => ({ count: 1 }) })';

  test.each<readonly [string, readonly string[], readonly string[]]>([
    [
      "outputs that nothing reads, but not the process's result",
      [
        'export const process = orders.step(step("a")).step(step("b")).parallel((p) => p.step(step("c")), (p) => p.step(step("d")));',
      ],
      ["info unused-output a", "info unused-output b"],
    ],
    [
      "no unused output where a map goes over it, or a started flow takes it",
      [
        'const begun = flow("Begun", { input: z.object({ "a-output": Output }) }).step(typed("x", z.object({}), Output));',
        `export const process = orders.step(step("a")).step(${review}).start(begun).map({ over: "review-output.lines", count: (route) => route.review.count, maxConcurrency: 2 }, (item) => item.step(step("c")));`,
      ],
      [],
    ],
    [
      "steps in no flow",
      ['export const process = orders.step(step("a"));', 'export const lost = step("lost");'],
      ["warning unused-step lost"],
    ],
    [
      "a Lambda call by hand that waits longer than Lambda runs",
      [
        'export const process = orders.step(step("a")).state("legacy", { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", TimeoutSeconds: 1000, Arguments: { FunctionName: "legacy" } });',
      ],
      ["error timeout-over-lambda legacy"],
    ],
    [
      "retries that go on when nobody waits any more",
      [
        'const patient = { retry: [{ errors: ["Busy"], intervalSeconds: 3600, maxAttempts: 10 }] };',
        'const slow = flow("Slow", { input: Input }).step(step("slow"), patient);',
        "export const process = orders.start(slow, { wait: true }).step(step('a'));",
      ],
      ["warning retries-outlast-machine slow"],
    ],
    [
      "many writers of one document",
      [
        'const whole = flow("Orders", { input: Input, layout: "document" });',
        `export const process = whole.step(${review}).map({ over: "review-output.lines", count: (route) => route.review.count }, (item) => item.step(step("c")));`,
      ],
      ["warning parallel-writers map-1"],
    ],
    [
      "what JSON cannot carry",
      [
        'export const process = orders.step(typed("a", z.object({ foo: z.string(), at: z.date().optional() }), z.object({ total: z.bigint(), tags: z.array(z.map(z.string(), z.string())), at: z.date(), ok: z.string().refine(Boolean) })));',
      ],
      ["error schema-json a", "error schema-json a", "error schema-json a"],
    ],
  ])("%s", async (_, lines, expected) => {
    expect(await found(lines)).toEqual(expected);
  });

  test("retries that outlast an Express execution", async () => {
    const lines = ['export const process = orders.step(step("a"));'];

    expect(await found(lines, ["--machine-timeout", "300"])).toEqual(["warning retries-outlast-machine a"]);
  });

  test("more writers only above the limit that is given", async () => {
    const lines = ['export const process = orders.parallel((p) => p.step(step("a")), (p) => p.step(step("b")));'];

    expect(await found(lines, ["--max-parallel-writers", "2"])).toEqual([]);
    expect(await found(lines, ["--max-parallel-writers", "1"])).toEqual(["warning parallel-writers parallel-1"]);
  });

  test("the place of what JSON cannot carry", async () => {
    const { sfs3 } = checking(
      'export const process = orders.step(typed("a", Input, z.object({ tags: z.array(z.object({ m: z.set(z.string()) })) })));',
    );

    expect((await sfs3(["check", "src/flow.mjs"])).stdout).toContain(
      "Orders: the step 'a' writes a set at 'tags[].m', which JSON cannot carry. Use z.array(...). [schema-json]",
    );
  });

  test("steps of modules below the folder, not of tests, and says which do not load", async () => {
    const { sfs3 } = useProject({
      "src/flow.mjs": module('export const process = orders.step(step("a"));'),
      "src/steps/lost.mjs": module('export const lost = step("lost");'),
      "src/steps/broken.mjs": 'import "./absent.mjs"; defineStep(',
      "src/steps/lost.test.mjs": module('export const tested = step("tested");'),
      "src/steps/data.mjs": "throw new Error('not loaded, for it defines no step');",
    });

    const { stdout } = await sfs3(["check", "src/flow.mjs"]);

    expect(stdout).toContain("src/steps/lost.mjs:");
    expect(stdout).toContain(
      "The step 'lost' of steps/lost.mjs is in no flow. Add it to one, or delete it. [unused-step]",
    );
    expect(stdout).toContain(
      "src/steps/broken.mjs: warning: steps/broken.mjs does not load, so its steps are not known:",
    );
    expect(stdout).not.toContain("tested");
    expect(stdout).not.toContain("not loaded");
  });
});
