import { threadId } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useOperated } from "./fixtures/use-operated.js";

/** A process whose step `charge` runs this code. */
const flows = (charge: string) =>
  module(
    "const Receipt = z.object({ text: z.string(), iban: z.string().meta({ sensitive: true }) });",
    'const Sees = z.object({ foo: z.string(), "reserve-output": Output, "ship-output": Output.optional() });',
    `const charge = defineStep(Sees, Receipt, ${charge}, { name: "charge" });`,
    "export const main = orders",
    '  .step(step("reserve", ({ foo }) => ({ text: "reserved " + foo })))',
    "  .step(charge)",
    '  .step(step("ship"));',
    'export const other = flow("Other", { input: Input }).step(step("other"));',
    "export default main;",
  );

const CHARGES = `(data, { attempt }) => ({ text: data["reserve-output"].text, iban: "DE-" + attempt })`;
const DECLINES = `() => { throw new TypeError("the card was declined"); }`;
const SEES_LATER = `(data) => ({ text: data["ship-output"] ? "later" : data["reserve-output"].text, iban: "DE-1" })`;
const STARTS = `async (data, { startExecution, raw }) => {
  const arn = await startExecution(globalThis.process.env.OTHER_STATE_MACHINE_ARN, { processData: "child" });
  return { text: arn, iban: JSON.stringify(raw.event) };
}`;

const WHERE = `() => ({ text: globalThis.process.pid + " " + threadId, iban: "DE-1" })`;

const files = {
  "other.mjs": flows(`() => ({ text: "another", iban: "DE-1" })`),
  "iban.mjs": flows(`(data) => ({ text: data["reserve-output"].text, iban: "DE-2" })`),
  "declines.mjs": flows(DECLINES),
  "sees-later.mjs": flows(SEES_LATER),
  "starts.mjs": flows(STARTS),
  "charges.mjs": flows(CHARGES),
  "where.mjs": `import { threadId } from "node:worker_threads";\n${flows(WHERE)}`,
};

/** All that a process and its neighbours have left anywhere. */
async function useCharged(charge = CHARGES, { versioned = true } = {}) {
  const operated = await useOperated(flows(charge), { files, versioned });
  const { stack, bucket, sfs3, run } = operated;
  const txnId = await run("Orders", { foo: "bar" });
  const heard: string[] = [];
  await stack.iot.subscribe("#", ({ topic }) => void heard.push(topic));
  const traces = async () => {
    const { stdout: history } = await sfs3(["show", txnId, "--history", "--json"]);
    const machines = ["Orders", "Other"].map((name) => sfs3(["list", "--state-machine", name, "--json"]));
    const executions = (await Promise.all(machines)).map(({ stdout }) => stdout);
    return {
      keys: stack.s3.listKeys(bucket),
      etag: stack.s3.headObject(bucket, txnId)?.etag,
      history,
      executions,
      heard: [...heard],
    };
  };
  const replay = (module: string, ...more: readonly string[]) =>
    sfs3(["replay", txnId, module, "--step", "charge", ...more]);
  return { ...operated, txnId, traces, replay };
}

describe("a step that had succeeded", () => {
  test("comes to the output that it had written, with 0", async () => {
    const { replay, txnId } = await useCharged();

    const { exitCode, stdout, stderr } = await replay("flow.mjs");

    expect([exitCode, stdout]).toEqual([0, ""]);
    expect(stderr).toMatch(/^Replayed on a copy: version [0-9a-f]{32} of \d{4}-.*Z\. Nothing is written back\.$/m);
    expect(stderr).toContain("Called as in attempt 1.");
    expect(stderr).toContain(`It would have published on orders/${txnId}/charge; nothing was published.`);
    expect(stderr).toContain(`charge of ${txnId} came to the output that it had written.`);
  });

  test("comes to another output with changed code, which is shown as a difference, with 5", async () => {
    const { replay } = await useCharged();

    const { exitCode, stdout } = await replay("other.mjs");

    expect(exitCode).toBe(5);
    const changed = stdout.split("\n").filter((line) => /^[+-] /.test(line));
    expect(changed).toEqual(['-  "text": "reserved bar",', '+  "text": "another",']);
    expect(stdout).toContain('"iban": "•••"');
  });

  test("differs in what is hidden without showing it, unless it is to be revealed", async () => {
    const { replay } = await useCharged();

    const hidden = await replay("iban.mjs");
    const revealed = await replay("iban.mjs", "--reveal");

    expect([hidden.exitCode, hidden.stdout]).toEqual([5, ""]);
    expect(hidden.stderr).toContain("What differs is hidden; --reveal shows it.");
    expect(revealed.stdout).toContain('-  "iban": "DE-1"\n+  "iban": "DE-2"');
  });

  test("fails with changed code that throws, with its stack and 2", async () => {
    const { replay, txnId } = await useCharged();

    const { exitCode, stdout, stderr } = await replay("declines.mjs");

    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`charge of ${txnId} failed: TypeError: the card was declined\n    at`);
    expect(stderr).toContain("declines.mjs:");
  });

  test.each([
    [true, "version"],
    [false, "the present sidecar without what came later, for S3 has kept no version"],
  ])("sees what it saw then, and nothing that came later (versions kept: %s)", async (versioned, source) => {
    const { replay } = await useCharged(SEES_LATER, { versioned });

    const { exitCode, stderr } = await replay("sees-later.mjs");

    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain(`Replayed on a copy: ${source}`);
  });

  test("is described whole by --json", async () => {
    const { replay, txnId, executionArn } = await useCharged();

    const { stdout } = await replay("other.mjs", "--json", "--reveal");

    expect(JSON.parse(stdout)).toMatchObject({
      txnId,
      step: "charge",
      item: null,
      outcome: "different",
      event: { processData: txnId, sfs3: { execution: executionArn("Orders", txnId), state: "charge", attempt: 1 } },
      output: { text: "another", iban: "DE-1" },
      written: { text: "reserved bar", iban: "DE-1" },
      error: null,
      executions: [],
    });
  });
});

describe("a step that had failed", () => {
  test("fails again as it had, and succeeds once it is mended, with nothing to compare its output with", async () => {
    const { replay, txnId } = await useCharged(DECLINES);

    const failed = await replay("flow.mjs");
    const mended = await replay("charges.mjs", "--reveal");

    expect([failed.exitCode, failed.stderr]).toEqual([2, expect.stringContaining("TypeError: the card was declined")]);
    expect([mended.exitCode, JSON.parse(mended.stdout)]).toEqual([0, { text: "reserved bar", iban: "DE-1" }]);
    expect(mended.stderr).toContain(`charge of ${txnId} succeeded; it had written nothing.`);
  });
});

test("nothing is written, started or published, whatever the handler does", async () => {
  const { replay, traces, stack, txnId } = await useCharged();
  const before = await traces();

  const { exitCode, stdout, stderr } = await replay("starts.mjs", "--reveal");
  for (const module of Object.keys(files)) await replay(module);

  expect(exitCode, stderr).toBe(5);
  expect(stdout).toContain(`:execution:Other:${txnId}-charge`);
  const other = stack.stateMachineArn("Other");
  expect(stderr).toContain(`It would have started ${other} as ${txnId}-charge; nothing was started.`);
  expect(await traces()).toEqual(before);
  expect(before.keys).toEqual([txnId]);
  expect(process.env.OTHER_STATE_MACHINE_ARN).toBeUndefined();
});

describe("an item of a Map", () => {
  const MAPPED = module(
    "const Items = z.object({ lines: z.array(z.string()) });",
    'const count = defineStep(Items, z.object({}), () => ({}), { name: "count", route: () => ({ lines: 2 }) });',
    'const line = defineStep(Items, Output, ({ lines }, { item }) => ({ text: lines[item] }), { name: "line" });',
    'export const main = flow("Mapped", { input: Items, layout: "document" }).step(count)',
    '  .map({ over: "lines", count: (route) => route.count.lines, maxConcurrency: 1 }, (item) => item.step(line));',
  );

  test.each([true, false])("is run again by its index (versions kept: %s)", async (versioned) => {
    const { sfs3, run } = await useOperated(MAPPED, { versioned });
    const txnId = await run("Mapped", { lines: ["a", "b"] });
    const replay = (...more: readonly string[]) => sfs3(["replay", txnId, "flow.mjs", "--step", "line", ...more]);

    const second = await replay("--item", "1", "--json");
    const open = await replay();
    const none = await replay("--item", "x");

    expect(JSON.parse(second.stdout)).toMatchObject({
      item: 1,
      outcome: "same",
      output: { text: "b" },
      event: { sfs3: { item: 1 } },
    });
    expect([open.exitCode, open.stderr]).toEqual([
      1,
      "'line' was called for 2 items: name one with --item, counted from 0.\n",
    ]);
    expect([none.exitCode, none.stderr]).toEqual([1, expect.stringContaining("It must be an integer from 0.")]);
  });
});

test("without its execution's history a step is called as its journal entry says", async () => {
  const { replay, stack, bucket, document, txnId } = await useCharged();
  const sidecar = await document(txnId);
  const journal = sidecar.$sfs3 as Record<string, object>;
  const gone = {
    ...journal.charge,
    execution: `${stack.stateMachineArn("Orders")}:gone`.replace(":stateMachine:", ":execution:"),
  };
  await stack.s3.putObject(bucket, txnId, JSON.stringify({ ...sidecar, $sfs3: { ...journal, charge: gone } }));

  const { stdout } = await replay("charges.mjs", "--json");

  expect(JSON.parse(stdout)).toMatchObject({
    outcome: "same",
    event: { sfs3: gone.execution && { execution: gone.execution } },
  });
});

test("a callback's token is not handed to the handler: whoever sent it would end the state of the process itself", async () => {
  const waiting = module(
    'const ask = defineStep(Input, Output, (_, { taskToken }) => ({ text: taskToken }), { name: "ask" });',
    "export const main = orders.callback(ask, { timeoutSeconds: 600 });",
  );
  const { sfs3, stack } = await useOperated(waiting);
  const asked = new Promise<void>((resolve) => {
    stack.stepFunctions.onEvent((_, { type }) => type === "TaskSubmitted" && resolve());
  });
  await sfs3(["start", "flow.mjs", "--txn", "asked", "--input", '{"foo":"bar"}']);
  await asked;

  const { stdout } = await sfs3(["replay", "asked", "flow.mjs", "--step", "ask", "--json"]);

  expect(JSON.parse(stdout)).toMatchObject({ outcome: "different", output: { text: "sfs3-replay" } });
});

describe("refuses", () => {
  test.each([
    [
      "a step that is none",
      ["flow.mjs", "--step", "refund"],
      "has no step 'refund'. It has reserve, charge, ship, other.",
    ],
    ["no step", ["flow.mjs"], "required option '--step <name>' not specified"],
    [
      "a flow that has no such step",
      ["flow.mjs", "--step", "charge", "--flow", "Other"],
      "has no step 'charge'. It has other.",
    ],
    ["a module that is not there", ["nope.mjs", "--step", "charge"], "There is no module"],
  ])("%s", async (_, args, message) => {
    const { sfs3, txnId } = await useCharged();

    expect(await sfs3(["replay", txnId, ...args])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(message),
    });
  });

  test("a step whose name stands for different ones in several flows", async () => {
    const two =
      'export const main = orders.step(step("a"));export const twin = flow("Twin", { input: Input }).step(step("a"));';
    const { sfs3 } = await useOperated(module(two));

    const { exitCode, stderr } = await sfs3(["replay", "any", "flow.mjs", "--step", "a"]);

    expect([exitCode, stderr]).toEqual([1, "Several flows have a step 'a': Orders, Twin. Name one with --flow.\n"]);
  });
});

test("a step of a sidecar in parts is run again on a copy of the document that they make", async () => {
  const inParts = (code: string) =>
    flows(code).replace("orders\n", 'flow("Orders", { input: Input, layout: "parts" })\n');
  const { sfs3, stack, bucket } = await useOperated(inParts(SEES_LATER), { files: { "other.mjs": inParts(CHARGES) } });
  await sfs3(["start", "flow.mjs", "--txn", "one", "--input", '{"foo":"bar"}', "--wait"]);
  const keys = stack.s3.listKeys(bucket);
  const etags = () => keys.map((key) => stack.s3.headObject(bucket, key)?.etag);
  const before = etags();

  const same = await sfs3(["replay", "one", "flow.mjs", "--step", "charge", "--json", "--reveal"]);
  const other = await sfs3(["replay", "one", "other.mjs", "--step", "ship"]);

  expect(keys).toEqual(["charge-output", "input", "reserve-output", "ship-output"].map((name) => `one/${name}.json`));
  expect(JSON.parse(same.stdout)).toMatchObject({
    outcome: "same",
    source: "its parts without what came later",
    event: { processData: "one/" },
    output: { text: "reserved bar" },
  });
  expect([other.exitCode, other.stdout]).toEqual([0, ""]);
  expect([stack.s3.listKeys(bucket), etags()]).toEqual([keys, before]);
});

test("runs the handler in the command's own process and thread, where its debugger stops", async () => {
  const { replay } = await useCharged();

  const { stdout } = await replay("where.mjs", "--json");

  expect(JSON.parse(stdout)).toMatchObject({ output: { text: `${process.pid} ${threadId}` } });
});
