import { existsSync, readdirSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";

const FLOWS = module(
  `export const process = orders.step(step("reserve", undefined, { route: () => ({ lines: 2 }) })).step(step("charge"));`,
  `export const failing = flow("Failing", { input: Input }).step(step("reserve")).step(step("charge", () => {
    throw new TypeError("the card was declined");
  }));`,
  `export const caught = flow("Caught", { input: Input })
    .step(step("charge", () => { throw new TypeError("the card was declined"); }))
    .catch(["TypeError"], (recovery) => recovery.step(step("refund")));`,
  `export const flaky = flow("Flaky", { input: Input }).step(step("charge", ({ foo }, { attempt }) => {
    if (attempt < 3) throw new TypeError("busy");
    return { text: foo };
  }, { retry: [{ errors: ["TypeError"], maxAttempts: 3 }] }));`,
  `export const waiting = flow("Waiting", { input: Input }).step(step("reserve")).wait({ seconds: 86400, as: "a day" });`,
  `export const branching = flow("Branching", { input: z.object({ foo: z.string(), lines: z.array(z.string()) }) })
    .step(step("reserve", undefined, { route: () => ({ lines: 2 }) }))
    .map({ over: "lines", count: (route) => route.reserve.lines, maxConcurrency: 1 }, (item) => item.step(step("line")))
    .parallel((branch) => branch.step(step("left")), (branch) => branch.step(step("right", () => {
      throw new TypeError("no right turn");
    })));`,
  `export const refusing = flow("Refusing", { input: Input }).step(step("reserve")).fail({ error: "Refused", cause: "no" });`,
  `export const nonError = flow("NonError", { input: Input }).step(step("thrower", () => { throw "a text"; }));`,
  `export const leaving = flow("Leaving", { input: Input }).step(step("leaver", () => globalThis.process.exit(3)));`,
  `export const hanging = flow("Hanging", { input: Input })
    .step(step("hang", () => new Promise(() => {}), { timeoutSeconds: 1 }));`,
  `export const starting = flow("Starting", { input: Input }).step(step("reserve")).start(failing);`,
  `import { isMainThread } from "node:worker_threads";`,
  `export const where = flow("Where", { input: Input }).step(step("look", () => ({ text: String(isMainThread) })));`,
  `export const levels = flow("Levels", { input: Input }).step(step("tell", ({ foo }, { log }) => {
    log.info("an information"); log.warn("a warning"); console.log("one\\ntwo");
    return { text: foo };
  }));`,
  "export default process;",
);
const INPUT = ["--input", '{"foo":"bar"}'] as const;

const useFlows = () => useProject({ "flow.mjs": FLOWS });

/** Where the command, in this process, makes its temporary folders: one that nobody else uses. */
function useTemporaryFolder(): { readonly entries: () => readonly string[] } {
  const { folder } = useProject({});
  vi.stubEnv("TMPDIR", folder);
  return { entries: () => readdirSync(folder).filter((name) => name !== "node_modules") };
}

afterEach(() => vi.unstubAllEnvs());

/** Progress without what differs from run to run. */
const withoutChance = (text: string) =>
  text.replace(/0x[0-9a-f]{32}/g, "<txn>").replace(/\d+(\.\d+)? m?s$/gm, "<time>");

describe("a process that succeeds", () => {
  test("leaves its sidecar on standard output, and is told line by line on standard error", async () => {
    const { sfs3 } = useFlows();
    const temporary = useTemporaryFolder();

    const { exitCode, stdout, stderr } = await sfs3(["run", "flow.mjs", ...INPUT]);

    expect(exitCode).toBe(0);
    const { $sfs3: journal, ...outputs } = JSON.parse(stdout);
    expect(outputs).toEqual({ foo: "bar", "reserve-output": { text: "bar" }, "charge-output": { text: "bar" } });
    expect(Object.keys(journal)).toEqual(["reserve", "charge"]);
    expect(withoutChance(stderr).replace(/ {2,}/g, "  ")).toMatchInlineSnapshot(`
      "Orders  ▸ started as <txn>
      Orders  ▸ reserve running
      Orders  ✔ reserve done in <time>
      Orders  ▸ charge running
      Orders  ✔ charge done in <time>
      MQTT  ✉ orders/<txn> SUCCEEDED
      Orders  ● SUCCEEDED after <time>
      "
    `);
    expect(temporary.entries()).toEqual([]);
  });

  test("is one JSON object with --json", async () => {
    const { exitCode, stdout } = await useFlows().sfs3(["run", "flow.mjs", ...INPUT, "--json"]);

    const result = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(result).toEqual({
      status: "SUCCEEDED",
      txnId: expect.stringMatching(/^0x[0-9a-f]{32}$/),
      executionArn: `arn:aws:states:us-east-1:000000000000:execution:Orders:${result.txnId}`,
      topic: `orders/${result.txnId}`,
      durationMs: expect.any(Number),
      sidecar: expect.objectContaining({ foo: "bar", "charge-output": { text: "bar" } }),
      started: [],
      failure: null,
    });
  });

  test("may call a service that is not here with --mocks, and is refused with the way out without", async () => {
    const arn = "arn:aws:states:::sqs:sendMessage";
    const task = `{ Type: "Task", Resource: "${arn}", Arguments: { MessageBody: "hello" }, Output: "{% $states.input %}" }`;
    const flows = module(
      `export const telling = flow("Telling", { input: Input }).step(step("reserve")).state("Tell", ${task});`,
    );
    const mocks = {
      Resources: { [arn]: "Sent" },
      MockedResponses: { Sent: { "0-": { Return: { MessageId: "m-1" } } } },
    };
    const { sfs3 } = useProject({ "flow.mjs": flows, "mocks.json": JSON.stringify(mocks), "broken.json": "{" });

    const mocked = await sfs3(["run", "flow.mjs", ...INPUT, "--mocks", "mocks.json"]);
    const refused = await sfs3(["run", "flow.mjs", ...INPUT]);
    const broken = await sfs3(["run", "flow.mjs", ...INPUT, "--mocks", "broken.json"]);

    expect([mocked.exitCode, JSON.parse(mocked.stdout)["reserve-output"]]).toEqual([0, { text: "bar" }]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/state "Tell" needs a mock.*--mocks <file>/);
    expect([broken.exitCode, broken.stderr]).toEqual([1, expect.stringContaining("broken.json")]);
  });

  test("may have waits of any length with --skip-waits", async () => {
    const { exitCode, stderr } = await useFlows().sfs3([
      "run",
      "flow.mjs",
      "--flow",
      "Waiting",
      ...INPUT,
      "--skip-waits",
    ]);

    expect(exitCode).toBe(0);
    expect(stderr).toContain("… a day waiting for 1 d\n");
    expect(stderr).toContain("✔ a day done in ");
  });

  test("tells of the executions that it started, and succeeds whatever becomes of them", async () => {
    const { exitCode, stdout, stderr } = await useFlows().sfs3([
      "run",
      "flow.mjs",
      "--flow",
      "starting",
      ...INPUT,
      "--json",
    ]);

    expect(exitCode).toBe(0);
    const { started, status } = JSON.parse(stdout);
    expect(status).toBe("SUCCEEDED");
    expect(started).toEqual([
      { executionArn: expect.stringMatching(/:execution:Failing:0x[0-9a-f]{32}-[0-9a-f]{32}$/), status: "FAILED" },
    ]);
    expect(stderr).toMatch(/^Failing +▸ started as 0x/m);
    expect(stderr).toMatch(/^Failing +● FAILED after /m);
  });
});

describe("retries and recoveries", () => {
  test("tell why, and which attempt it is", async () => {
    const { exitCode, stderr } = await useFlows().sfs3([
      "run",
      "flow.mjs",
      "--flow",
      "Flaky",
      ...INPUT,
      "--skip-waits",
    ]);

    expect(exitCode).toBe(0);
    expect(
      withoutChance(stderr)
        .split("\n")
        .filter((line) => line.startsWith("Flaky ")),
    ).toMatchInlineSnapshot(`
      [
        "Flaky      ▸ started as <txn>",
        "Flaky      ▸ charge running",
        "Flaky      ! charge TypeError: busy (attempt 1)",
        "Flaky      ↻ charge attempt 2",
        "Flaky      ! charge TypeError: busy (attempt 2)",
        "Flaky      ↻ charge attempt 3",
        "Flaky      ✔ charge done in <time>",
        "Flaky      ● SUCCEEDED after <time>",
      ]
    `);
  });

  test("are no failure of the process", async () => {
    const { exitCode, stderr } = await useFlows().sfs3(["run", "flow.mjs", "--flow", "Caught", ...INPUT]);

    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/! charge TypeError: the card was declined \(attempt 1\)\n.*✖ charge failed after/);
    expect(stderr).toContain("✔ refund done in ");
  });
});

describe("a process that fails", () => {
  test("exits with 2 and tells the step, the error and how to look further; the sidecar stays on standard output", async () => {
    const { exitCode, stdout, stderr } = await useFlows().sfs3(["run", "flow.mjs", "--flow", "Failing", ...INPUT]);

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ foo: "bar", "reserve-output": { text: "bar" } });
    expect(stderr).toMatch(/Failing-charge \| TypeError: the card was declined\nFailing-charge \|.+flow\.mjs:\d+/);
    expect(withoutChance(stderr.slice(stderr.indexOf("\n\n") + 2))).toMatchInlineSnapshot(`
      "<txn> FAILED in 'charge': TypeError: the card was declined
      To look further:
        --data .sfs3     keeps the sidecar in a folder
        LOG_LEVEL=DEBUG  in the environment: the steps tell all that they log
        --inline         stops at breakpoints in steps: node --inspect-brk node_modules/@sfs3/cli/bin/sfs3.js run flow.mjs --inline
      "
    `);
  });

  test("is one JSON object with --json", async () => {
    const { exitCode, stdout } = await useFlows().sfs3(["run", "flow.mjs", "--flow", "Failing", ...INPUT, "--json"]);

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "FAILED",
      failure: { step: "charge", error: "TypeError", cause: "the card was declined" },
      sidecar: { foo: "bar", "reserve-output": { text: "bar" } },
    });
  });

  test.each([
    ["Branching", "right", "TypeError: no right turn"],
    ["Refusing", "fail-1", "Refused: no"],
    ["NonError", "thrower", "Error: Step 'thrower' threw a string instead of an Error."],
    ["Leaving", "leaver", "Runtime.ExitError: "],
    ["Hanging", "hang", "States.Timeout"],
  ])("names the step and the error: %s", async (flow, step, error) => {
    const input = ["--input", '{"foo":"bar","lines":["a","b"]}'];

    const { exitCode, stderr } = await useFlows().sfs3(["run", "flow.mjs", "--flow", flow, ...input]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`FAILED in '${step}': ${error}`);
  });

  test("shows which item of a Map a line is about", async () => {
    const input = ["--input", '{"foo":"bar","lines":["a","b"]}'];

    const { stderr } = await useFlows().sfs3(["run", "flow.mjs", "--flow", "Branching", ...input]);

    expect(stderr).toContain("▸ map-1 running 2 items\n");
    expect(stderr).toContain("✔ line[0] done in ");
    expect(stderr).toContain("✔ line[1] done in ");
    expect(stderr).toMatch(/✔ map-1 done in .+\n.+▸ parallel-1 running\n/);
    expect(stderr).toContain("✖ parallel-1 failed after ");
  });
});

describe("the input", () => {
  test("that the flow does not take is refused before anything is written", async () => {
    const { sfs3, path } = useProject({
      "flow.ts": module(
        "const Both = z.object({ foo: z.string(), bar: z.string() });",
        'export const both = flow("Both", { input: Both }).step(step("reserve"));',
      ),
    });
    const temporary = useTemporaryFolder();

    const outcome = await sfs3(["run", "flow.ts", "--input", '{"foo":1}', "--data", "data"]);

    expect(outcome).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "The input is not what Both takes; nothing was started.\n" +
        "  foo: Invalid input: expected string, received number\n" +
        "  bar: Invalid input: expected string, received undefined\n",
    });
    expect(existsSync(path("data"))).toBe(false);
    expect(temporary.entries()).toEqual([]);
  });

  test.each([
    ["standard input", "-", '{"foo":"piped"}', "piped"],
    ["a file", "input.json", "", "filed"],
    ["a file with a byte order mark", "marked.json", "", "marked"],
  ])("comes from %s", async (_, source, stdin, foo) => {
    const { sfs3 } = useProject({
      "flow.mjs": FLOWS,
      "input.json": '{"foo":"filed"}',
      "marked.json": '\uFEFF{"foo":"marked"}',
    });

    const { stdout } = await sfs3(["run", "flow.mjs", "--input", source], { stdin });

    expect(JSON.parse(stdout)).toMatchObject({ foo, "charge-output": { text: foo } });
  });

  test.each([
    ['{"foo":', "--input is not JSON: "],
    ["[1]", "(the input): Invalid input: expected object, received array"],
    ["absent.json", "--input is neither JSON nor a file that can be read: absent.json"],
    ["-", "standard input is empty."],
    ["", "--input is empty."],
    ['{"foo":"a","$sfs3":{}}', "'$sfs3', which is reserved for the journal"],
  ])("that is none is refused: %s", async (source, message) => {
    const { exitCode, stdout, stderr } = await useFlows().sfs3(["run", "flow.mjs", "--input", source]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("\n    at ");
  });

  test("is an empty object where there is none", async () => {
    const { exitCode, stderr } = await useFlows().sfs3(["run", "flow.mjs"]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain("foo: Invalid input: expected string, received undefined");
  });
});

describe("what cannot start exits with 1:", () => {
  test.each([
    ["a module that does not load", { "flow.mjs": "export const = 1" }, "does not load:"],
    ["a flow that cannot run", { "flow.mjs": module("export const process = orders;") }, "Orders has no step."],
    [
      "a flow that starts one which is not exported",
      {
        "flow.mjs": module(
          'const hidden = flow("Hidden", { input: Input }).step(step("a"));',
          'export const process = orders.step(step("b")).start(hidden);',
        ),
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the definition
      "cannot run here: Orders starts the machine ${HiddenStateMachineArn}, which is not deployed with it.",
    ],
    [
      "a hand-written state that the local engine lacks",
      {
        "flow.mjs": module(
          'export const process = orders.step(step("a")).state("odd", { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", Arguments: {} });',
        ),
      },
      "cannot run here: Orders: Invalid State Machine Definition: ",
    ],
    ["a data folder that is a file", { "flow.mjs": FLOWS, data: "" }, "--data names a file: "],
    ["a module that is a folder", { "flow.mjs/index.mjs": FLOWS }, "A folder is no module: "],
  ])("%s", async (_, files, message) => {
    const { exitCode, stdout, stderr } = await useProject(files).sfs3(["run", "flow.mjs", ...INPUT, "--data", "data"]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("\n    at ");
  });
});

describe("options", () => {
  test("--flow runs a flow beside one that cannot run, and says what is left out", async () => {
    const { sfs3 } = useProject({
      "flow.mjs": module(
        'export const broken = flow("Broken", { input: Input });',
        'export const whole = flow("Whole", { input: Input }).step(step("reserve"));',
      ),
    });

    const { exitCode, stderr } = await sfs3(["run", "flow.mjs", "--flow", "Whole", ...INPUT]);

    expect(exitCode).toBe(0);
    expect(stderr).toContain("Left out, for it cannot run: Broken has no step.");
  });

  test("--data keeps the sidecars from run to run", async () => {
    const { sfs3, path } = useFlows();
    const run = ["run", "flow.mjs", ...INPUT, "--data", "data", "--json"];

    const [first, second] = [await sfs3(run), await sfs3(run)];

    const { startLocalStack } = await import("@sfs3/local");
    const stack = await startLocalStack({ dataDir: path("data") });
    for (const { stdout } of [first, second]) {
      const { txnId, sidecar } = JSON.parse(stdout);
      expect(JSON.parse((await stack.s3.getObject("sfs3", txnId))?.body.toString() ?? "")).toEqual(sidecar);
    }
    await stack.close();
  });

  test.each([
    [[], "false"],
    [["--inline"], "true"],
  ])("%j: handlers run in the main thread: %s", async (options, isMainThread) => {
    // Vitest's own tests run in a worker process; its main thread is where --inline has handlers run.
    const { stdout } = await useFlows().sfs3(["run", "flow.mjs", "--flow", "Where", ...INPUT, ...options]);

    expect(JSON.parse(stdout)["look-output"]).toEqual({ text: isMainThread });
  });

  test("steps log warnings, and with LOG_LEVEL what it says", async () => {
    const run = ["run", "flow.mjs", "--flow", "Levels", ...INPUT];
    const { sfs3 } = useFlows();

    const [quiet, talkative] = [await sfs3(run), await sfs3(run, { env: { LOG_LEVEL: "INFO" } })];

    expect(quiet.stderr).toContain('"a warning"');
    expect(quiet.stderr).toContain("Levels-tell | one\nLevels-tell | two\n");
    expect(quiet.stderr).not.toContain('"an information"');
    expect(talkative.stderr).toContain('"an information"');
  });

  test("colours are for terminals", async () => {
    const { sfs3 } = useFlows();

    const [terminal, file] = [
      await sfs3(["run", "flow.mjs", ...INPUT], { isTTY: true }),
      await sfs3(["run", "flow.mjs", ...INPUT]),
    ];

    expect(terminal.stderr).toContain("\u001b[32m✔\u001b[39m reserve");
    expect(file.stderr).not.toContain("\u001b[");
  });
});

test("an abort stops the execution, which is then ABORTED", async () => {
  const interrupt = new AbortController();
  const onStderr = (text: string) => text.includes("waiting") && interrupt.abort();
  const { sfs3 } = useFlows();
  const temporary = useTemporaryFolder();

  const { exitCode, stdout, stderr } = await sfs3(["run", "flow.mjs", "--flow", "Waiting", ...INPUT, "--json"], {
    signal: interrupt.signal,
    onStderr,
  });

  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "ABORTED",
    failure: { step: "a day", cause: "interrupted by the user" },
    sidecar: { "reserve-output": { text: "bar" } },
  });
  expect(stderr).toMatch(/\n0x[0-9a-f]{32} ABORTED in 'a day': interrupted by the user\n$/);
  expect(temporary.entries()).toEqual([]);
});
