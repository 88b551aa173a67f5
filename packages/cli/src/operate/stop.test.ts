import { expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import type { RunningIn } from "../fixtures/use-project.js";
import { useOperated } from "./fixtures/use-operated.js";

const FLOWS = module(
  'export const main = orders.step(step("reserve")).callback(step("ask"), { timeoutSeconds: 600 });',
  'export const flaky = flow("Flaky", { input: Input }).step(step("reserve"))',
  '  .step(step("charge", ({ foo }, { startExecution }) => {',
  '    if (!globalThis.process.env.MENDED) throw new TypeError("declined");',
  "    return { text: foo };",
  "  }));",
);

async function useRunning() {
  const operated = await useOperated(FLOWS);
  await operated.sfs3(["start", "flow.mjs", "--flow", "Orders", "--txn", "one", "--input", '{"foo":"bar"}']);
  const statusNow = async () => JSON.parse((await operated.sfs3(["status", "one", "--json"])).stdout);
  return { ...operated, statusNow };
}

test("stops a process with the cause that is given, once; redriven it goes on where it was", async () => {
  const { sfs3, statusNow, executionArn } = await useRunning();

  const stopped = await sfs3(["stop", "one", "--cause", "wrong customer"]);
  const status = await statusNow();
  const again = await sfs3(["stop", "one"]);
  const redriven = await sfs3(["redrive", "one"]);

  expect([stopped.exitCode, stopped.stderr]).toEqual([0, "one was stopped. Let it go on: sfs3 redrive one\n"]);
  expect(status).toMatchObject({ status: "ABORTED", failure: { cause: "wrong customer" } });
  expect([again.exitCode, again.stderr]).toEqual([1, "one has ended already: ABORTED. There is nothing to stop.\n"]);
  expect([redriven.exitCode, redriven.stderr]).toEqual([
    0,
    `one goes on. Follow it: sfs3 wait ${executionArn("Orders", "one")}\n`,
  ]);
  expect(await statusNow()).toMatchObject({ status: "RUNNING", redrives: 1, failure: null });
});

const answering = (answer: string): RunningIn => ({
  ask: { text: () => Promise.reject(new Error("No text is asked for.")), choice: async () => answer as never },
});

test("at a terminal it asks first, unless --yes says that it need not", async () => {
  const { sfs3, statusNow } = await useRunning();

  const refused = await sfs3(["stop", "one"], answering("no"));
  const before = await statusNow();
  const silent = await sfs3(["stop", "one", "--yes"], answering("no"));

  expect([refused.exitCode, refused.stderr]).toEqual([1, "Nothing was stopped.\n"]);
  expect(before).toMatchObject({ status: "RUNNING" });
  expect(silent.exitCode).toBe(0);
  expect(await statusNow()).toMatchObject({ status: "ABORTED" });
});

test("what a redriven process did before is not told again", async () => {
  const { sfs3, executionArn } = await useRunning();
  const reserved = new AbortController();
  await sfs3(["wait", "one"], {
    signal: reserved.signal,
    onStderr: (text) => text.includes("reserve done") && reserved.abort("SIGINT"),
  });
  await sfs3(["stop", "one"]);

  const { exitCode, stdout, stderr } = await sfs3(["redrive", "one", "--wait", "--timeout", "0.5"]);

  expect(exitCode).toBe(4);
  expect(stdout).toBe(`${executionArn("Orders", "one")}\n`);
  expect(stderr).toContain("▸ goes on as one");
  expect(stderr).not.toContain("reserve");
});

test("a machine that caught the failure cannot go on, and is started anew on the same sidecar where the user says so", async () => {
  const { sfs3, run, stack, document } = await useOperated(FLOWS);
  const txnId = await run("Flaky", { foo: "bar" });

  const hopeless = await sfs3(["redrive", txnId]);
  const charge = stack.lambda.listFunctions().find(({ name }) => name === "Flaky-charge");
  stack.lambda.updateFunction("Flaky-charge", { environment: { ...charge?.environment, MENDED: "1" } });
  const mended = await sfs3(["redrive", txnId, "--anew", "--wait"]);
  const again = await sfs3(["redrive", mended.stdout.trim()]);

  expect(hopeless.exitCode).toBe(1);
  expect(hopeless.stderr).toContain(
    "was not redriven: its machine caught the failure of 'charge' and ended in a Fail state",
  );
  expect(hopeless.stderr).toContain("can be redriven where its flow is { redrivable: true }");
  expect(mended.exitCode, mended.stderr).toBe(0);
  expect(mended.stdout).toMatch(new RegExp(`:execution:Flaky:${txnId}-[0-9a-f]{8}\n$`));
  expect(await document(txnId)).toMatchObject({ foo: "bar", "charge-output": { text: "bar" } });
  expect([again.exitCode, again.stderr]).toEqual([
    1,
    expect.stringContaining("was not redriven: ExecutionNotRedrivable"),
  ]);
});

test("a failure that the flow itself has decided cannot be redriven, whatever the flow is", async () => {
  const refusing = module(
    'export const refused = flow("Refused", { input: Input, redrivable: true }).step(step("review"))',
    '  .parallel((branch) => branch.pass("no").fail({ error: "Refused" }), (branch) => branch.step(step("other")));',
    'export const over = flow("Over", { input: Input, redrivable: true }).step(step("review")).fail({ error: "Over" });',
  );
  const { sfs3, run } = await useOperated(refusing);

  for (const name of ["Refused", "Over"]) {
    const { exitCode, stderr } = await sfs3(["redrive", await run(name, { foo: "bar" })]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "was not redriven: its machine ended in a Fail state, which Step Functions would enter again",
    );
    expect(stderr).not.toContain("redrivable");
  }
});

test("a process that still runs is not started anew", async () => {
  const { sfs3 } = await useRunning();

  const { exitCode, stderr } = await sfs3(["redrive", "one", "--anew"]);

  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("still runs: another execution would write over")]);
});
