import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useOperated } from "./fixtures/use-operated.js";

const FLOWS = module(
  'export const main = orders.step(step("reserve")).step(step("charge"));',
  'export const declined = flow("Declined", { input: Input }).step(step("reserve")).step(step("charge", () => {',
  '  throw new TypeError("the card was declined");',
  "}));",
  'export const endless = flow("Endless", { input: Input }).step(step("reserve")).wait({ seconds: 3600, as: "an hour" });',
  "export default main;",
);
const INPUT = { "order.json": '{"foo":"bar","unknown":1}' };

test("starts a process with input from a file, follows it live, and says its id", async () => {
  const { sfs3, document, executionArn } = await useOperated(FLOWS, { files: INPUT });

  const { exitCode, stdout, stderr } = await sfs3(["start", "flow.mjs", "--input", "@order.json", "--wait"]);

  const txnId = stdout.trim();
  expect(exitCode, stderr).toBe(0);
  expect(txnId).toMatch(/^0x[0-9a-f]{32}$/);
  expect(stderr.replace(/\d+(\.\d+)? m?s$/gm, "<time>").replaceAll(txnId, "<txn>")).toBe(
    [
      "Orders  ▸ started as <txn>",
      "Orders  ▸ reserve running",
      "Orders  ✔ reserve done in <time>",
      "Orders  ▸ charge running",
      "Orders  ✔ charge done in <time>",
      "Orders  ● SUCCEEDED after <time>",
      "",
    ].join("\n"),
  );
  // As the start API does: what the schema does not know is not written.
  expect(Object.keys(await document(txnId))).toEqual(["foo", "reserve-output", "charge-output", "$sfs3"]);
  const ended = await sfs3(["wait", txnId, "--json"]);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    status: "SUCCEEDED",
    txnId,
    executionArn: executionArn("Orders", txnId),
    failure: null,
    redrives: 0,
  });
});

test("a process that fails says where, why and what can be done, and ends the command with 2", async () => {
  const { sfs3 } = await useOperated(FLOWS);
  const args = ["start", "flow.mjs", "--flow", "Declined", "--input", "-", "--txn", "declined-1", "--wait", "--json"];

  const { exitCode, stdout, stderr } = await sfs3(args, { stdin: '{"foo":"bar"}' });

  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "FAILED",
    failure: { step: "charge", error: "TypeError", cause: "the card was declined" },
  });
  expect(stderr).toContain("declined-1 FAILED in 'charge': TypeError: the card was declined");
  expect(stderr).toContain("sfs3 replay declined-1 <module> --step charge");
});

test("the same start under one id is one process; another input under it is refused", async () => {
  const { sfs3, stack } = await useOperated(FLOWS);
  const start = (foo: string) =>
    sfs3(["start", "flow.mjs", "--txn", "one", "--input", JSON.stringify({ foo }), "--json"]);

  const [first, second, other] = [await start("bar"), await start("bar"), await start("baz")];

  expect(JSON.parse(first.stdout)).toEqual({
    txnId: "one",
    executionArn: expect.stringContaining(":execution:Orders:one"),
    stateMachineArn: stack.stateMachineArn("Orders"),
    bucket: "sfs3",
  });
  expect(second.stdout).toBe(first.stdout);
  expect([other.exitCode, other.stderr]).toEqual([
    1,
    expect.stringContaining("transaction 'one' was started with another input or subtopic; choose another id"),
  ]);
});

test("without a module a process is started unchecked, on the machine that is named", async () => {
  const { sfs3, document } = await useOperated(FLOWS);
  const named = ["--state-machine", "Orders", "--subtopic", "worker1"];

  const { stdout } = await sfs3(["start", "--input", '{"foo":17}', ...named]);

  expect(await document(stdout.trim())).toMatchObject({ foo: 17 });
});

describe("nothing is started", () => {
  test.each([
    [
      "an input that the flow does not take",
      ["flow.mjs", "--input", '{"foo":1}'],
      "foo: Invalid input: expected string",
    ],
    ["an input that is no object", ["flow.mjs", "--input", "[1]"], "The input is no JSON object"],
    ["a file that is not there", ["flow.mjs", "--input", "@nowhere.json"], "neither JSON nor a file that can be read"],
    ["an id that is none", ["flow.mjs", "--txn", "a/b"], '"a/b" is no transaction id'],
    ["an open choice of machines", ["--input", "{}"], "There are: arn:aws:states"],
    ["a machine that is not there", ["--state-machine", "Nope"], "There is no machine 'Nope'"],
  ])("for %s", async (_, args, message) => {
    const { sfs3, stack, bucket } = await useOperated(FLOWS);

    const { exitCode, stdout, stderr } = await sfs3(["start", ...args]);

    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(stack.s3.listKeys(bucket)).toEqual([]);
  });
});

describe("a process that goes on", () => {
  test("is left when time is over, with 4", async () => {
    const { sfs3, executionArn } = await useOperated(FLOWS);
    const args = ["start", "flow.mjs", "--flow", "Endless", "--txn", "slow", "--input", '{"foo":"bar"}'];

    const { exitCode, stderr } = await sfs3([...args, "--wait", "--timeout", "0.3"]);

    expect(exitCode).toBe(4);
    expect(stderr).toContain(
      `slow has not ended within 0.3 s; it goes on. Follow it again: sfs3 wait ${executionArn("Endless", "slow")}.`,
    );
    expect((await sfs3(["status", "slow"])).stdout).toContain("slow RUNNING");
  });

  test("is left by Ctrl-C, and not stopped", async () => {
    const { sfs3 } = await useOperated(FLOWS);
    await sfs3(["start", "flow.mjs", "--flow", "Endless", "--txn", "slow", "--input", '{"foo":"bar"}']);
    const interrupt = new AbortController();

    const { exitCode, stderr } = await sfs3(["wait", "slow"], {
      signal: interrupt.signal,
      onStderr: (text) => text.includes("an hour") && interrupt.abort("SIGINT"),
    });

    expect([exitCode, stderr]).toEqual([4, expect.stringContaining("slow is not followed any more; it goes on.")]);
    expect((await sfs3(["status", "slow"])).stdout).toContain("slow RUNNING");
  });

  test.each(["0", "soon"])("cannot be waited for %s seconds", async (timeout) => {
    const { sfs3 } = await useOperated(FLOWS);

    const { exitCode, stderr } = await sfs3(["wait", "slow", "--timeout", timeout]);

    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("It must be a number of seconds above 0.")]);
  });
});
