import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useOperated } from "./fixtures/use-operated.js";

const FLOWS = module(
  'export const main = orders.step(step("charge", ({ foo }) => {',
  '  if (foo === "bad") throw new TypeError("declined");',
  "  return { text: foo };",
  "}));",
);

test("lists processes, the newest first, as a table or as JSON, of one status, and no more than asked for", async () => {
  const { sfs3, run } = await useOperated(FLOWS);
  const good = await run("Orders", { foo: "good" });
  const bad = await run("Orders", { foo: "bad" });

  const table = await sfs3(["list"]);
  const failed = await sfs3(["list", "--status", "FAILED", "--json"]);
  const one = await sfs3(["list", "--limit", "1", "--json"]);

  expect(table.stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
    ["transaction", "status"],
    [bad, "FAILED"],
    [good, "SUCCEEDED"],
    [""],
  ]);
  expect(JSON.parse(failed.stdout)).toEqual([
    {
      txnId: bad,
      status: "FAILED",
      executionArn: expect.stringContaining(bad),
      startedAt: expect.stringMatching(/^20\d\d-.*Z$/),
      endedAt: expect.stringMatching(/^20\d\d-.*Z$/),
      durationMs: expect.any(Number),
      redrives: 0,
    },
  ]);
  expect(JSON.parse(one.stdout)).toHaveLength(1);
});

test.each([
  ["a status that is none", ["--status", "DONE"], "Allowed choices are RUNNING"],
  ["a limit that is none", ["--limit", "0"], "It must be an integer from 1."],
])("refuses %s", async (_, args, message) => {
  const { sfs3 } = await useOperated(FLOWS);

  expect(await sfs3(["list", ...args])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
});

describe("the status of a process", () => {
  test("says what became of it, where and why it failed; by its id or its execution's ARN", async () => {
    const { sfs3, run, executionArn } = await useOperated(FLOWS);
    const bad = await run("Orders", { foo: "bad" });

    const text = await sfs3(["status", bad]);
    const json = await sfs3(["status", executionArn("Orders", bad), "--json"]);

    expect(text.exitCode).toBe(0);
    expect(text.stdout).toMatch(
      new RegExp(
        `^${bad} FAILED in 'charge': TypeError: declined\n  started   .+Z\n  ended     .+Z\n  took      .+s\n`,
      ),
    );
    expect(JSON.parse(json.stdout)).toMatchObject({
      txnId: bad,
      status: "FAILED",
      failure: { step: "charge", error: "TypeError", cause: "declined" },
    });
  });

  test("of one that is not there is a refusal with ways out", async () => {
    const { sfs3, stack } = await useOperated(FLOWS);

    const unknown = await sfs3(["status", "nobody"]);
    const named = await sfs3(["status", "nobody", "--state-machine", stack.stateMachineArn("Orders")]);

    expect([unknown.exitCode, unknown.stderr]).toEqual([
      1,
      "There is no execution of transaction nobody. There are: Orders. Check the id, --endpoint and --region.\n",
    ]);
    expect([named.exitCode, named.stderr]).toEqual([
      1,
      expect.stringContaining("There is no execution arn:aws:states"),
    ]);
  });
});
