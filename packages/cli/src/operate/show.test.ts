import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useOperated } from "./fixtures/use-operated.js";

const FLOWS = module(
  "const Order = z.object({ foo: z.string(), card: z.string().meta({ sensitive: true }), lines: z.array(z.string()) });",
  "const Receipt = z.object({ text: z.string(), iban: z.string().meta({ sensitive: true }) });",
  'const charge = defineStep(Order, Receipt, ({ foo, card }) => ({ text: foo, iban: "DE-" + card }), { name: "charge" });',
  "const count = defineStep(Order, z.object({ lines: z.number() }), ({ lines }) => ({ lines: lines.length }), {",
  '  name: "count", route: ({ lines }) => ({ lines }),',
  "});",
  "const Line = z.object({ item: z.string(), secret: z.string().meta({ sensitive: true }) });",
  'const line = defineStep(Order, Line, ({ lines }, { item }) => ({ item: lines[item], secret: lines[item] }), { name: "line" });',
  'export const main = flow("Orders", { input: Order, layout: "document" }).step(charge).step(count)',
  '  .map({ over: "lines", count: (route) => route.count.lines, maxConcurrency: 1 }, (item) => item.step(line));',
);
const INPUT = { foo: "bar", card: "4711", lines: ["a", "b"] };

describe("a sidecar", () => {
  test("is shown with what each step has done to it, and without what the flow's schemas call sensitive", async () => {
    const { sfs3, run, document, stack, bucket } = await useOperated(FLOWS);
    const txnId = await run("Orders", INPUT);

    const { exitCode, stdout, stderr } = await sfs3(["show", txnId, "flow.mjs"]);

    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...INPUT,
      card: "•••",
      "charge-output": { text: "bar", iban: "•••" },
      "count-output": { lines: 2 },
      "line-output": [
        { item: "a", secret: "•••" },
        { item: "b", secret: "•••" },
      ],
    });
    const journal = (await document(txnId)).$sfs3 as Record<string, { committedAt: string }>;
    const size = stack.s3.headObject(bucket, txnId)?.sizeBytes.toLocaleString("en-US");
    const rows = stderr.split("\n").map((row) => row.replace(/\d+(\.\d+)? m?s/, "<time>").split(/ {2,}/));
    expect(rows).toEqual([
      ["step", "committed", "took", "attempt", "bytes"],
      ["charge", journal.charge?.committedAt, "<time>", "1", "31"],
      ["count", journal.count?.committedAt, "<time>", "1", "11"],
      ["line (2 items)", journal["line[1]"]?.committedAt, "<time>", "1", "53"],
      ["the whole sidecar", size],
      [""],
    ]);
  });

  test("shows no value where no module says which may be seen, and all of them with --reveal", async () => {
    const { sfs3, run } = await useOperated(FLOWS);
    const txnId = await run("Orders", INPUT);

    const hidden = await sfs3(["show", txnId]);
    const revealed = await sfs3(["show", txnId, "--reveal"]);

    expect(new Set(Object.values(JSON.parse(hidden.stdout)))).toEqual(new Set(["•••"]));
    expect(hidden.stderr).toContain("Name its module, or give --reveal.");
    expect(JSON.parse(revealed.stdout)).toMatchObject({ ...INPUT, "charge-output": { iban: "DE-4711" } });
  });

  test("is shown by key, as JSON, and as it lies", async () => {
    const { sfs3, run, stack, bucket } = await useOperated(FLOWS);
    const txnId = await run("Orders", INPUT);

    const key = await sfs3(["show", txnId, "flow.mjs", "--key", "charge-output"]);
    const journal = await sfs3(["show", txnId, "flow.mjs", "--key", "$sfs3"]);
    const json = await sfs3(["show", txnId, "flow.mjs", "--json"]);
    const raw = await sfs3(["show", txnId, "--raw", "--reveal"]);

    expect(JSON.parse(key.stdout)).toEqual({ text: "bar", iban: "•••" });
    expect(Object.keys(JSON.parse(journal.stdout))).toEqual(["charge", "count", "line[0]", "line[1]"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      txnId,
      steps: [
        { step: "charge", items: null, attempt: 1, bytes: 31 },
        { step: "count", bytes: 11 },
        { step: "line", items: 2, bytes: 53 },
      ],
      document: { card: "•••" },
      journal: { charge: { state: "charge" } },
    });
    expect(raw.stdout).toBe(String((await stack.s3.getObject(bucket, txnId))?.body));
  });

  test.each([
    ["one that is not there", ["nobody"], "There is no sidecar nobody in bucket sfs3."],
    ["an id that is none", ["a/b"], '"a/b" is no transaction id'],
    ["a bucket that is not there", ["nobody", "--bucket", "nowhere"], "cannot be read: NoSuchBucket"],
    ["raw bytes, unless asked to reveal", ["nobody", "--raw"], "give --reveal with it"],
    ["a module that does not load", ["nobody", "nope.mjs"], "There is no module"],
    ["two ways at once", ["nobody", "--raw", "--key", "a"], "cannot be used with option"],
  ])("refuses %s", async (_, args, message) => {
    const { sfs3 } = await useOperated(FLOWS);

    expect(await sfs3(["show", ...args])).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });

  test("that is corrupt is told from one that is not there, and can still be seen as it lies", async () => {
    const { sfs3, stack, bucket } = await useOperated(FLOWS);
    await stack.s3.putObject(bucket, "torn", '{"card":"4711"');

    const shown = await sfs3(["show", "torn", "flow.mjs"]);
    const raw = await sfs3(["show", "torn", "--raw", "--reveal"]);

    expect([shown.exitCode, shown.stderr]).toEqual([
      1,
      "The sidecar torn is not JSON. Look at it as it lies: sfs3 show torn --raw --reveal\n",
    ]);
    expect(raw.stdout).toBe('{"card":"4711"');
  });

  test("says which keys there are where one is asked for that is not", async () => {
    const { sfs3, stack, bucket } = await useOperated(FLOWS);
    await stack.s3.putObject(bucket, "small", '{"foo":"bar"}');

    const { exitCode, stderr } = await sfs3(["show", "small", "flow.mjs", "--key", "fo"]);

    expect([exitCode, stderr]).toEqual([1, "The sidecar has no key 'fo'. It has foo.\n"]);
  });
});

describe("its versions", () => {
  test("are listed with who wrote each", async () => {
    const { sfs3, run, stack, bucket, document } = await useOperated(FLOWS);
    const txnId = await run("Orders", INPUT);
    await stack.s3.putObject(bucket, txnId, JSON.stringify({ ...(await document(txnId)), corrected: true }));

    const table = await sfs3(["show", txnId, "--history"]);
    const json = await sfs3(["show", txnId, "--history", "--json"]);

    const rows = table.stdout.split("\n").map((row) => row.split(/ {2,}/)[2]);
    expect(rows).toEqual(["by", "the start", "charge", "count", "line[0]", "line[1]", "another writer", undefined]);
    expect(JSON.parse(json.stdout).slice(0, 2)).toEqual([
      {
        key: txnId,
        versionId: expect.any(String),
        writtenAt: expect.stringMatching(/Z$/),
        sizeBytes: JSON.stringify(INPUT).length,
        writers: [],
      },
      expect.objectContaining({ writers: ["charge"] }),
    ]);
  });

  test("show what a step has changed, masked", async () => {
    const { sfs3, run } = await useOperated(FLOWS);
    const txnId = await run("Orders", INPUT);

    const { exitCode, stdout } = await sfs3(["show", txnId, "flow.mjs", "--diff", "charge"]);
    const item = await sfs3(["show", txnId, "flow.mjs", "--diff", "line[1]"]);

    expect(exitCode).toBe(0);
    const changed = (diff: string) => diff.split("\n").filter((row) => /^[+-](?![+-])/.test(row));
    expect(changed(stdout)).toEqual([
      "-  ]",
      "+  ],",
      '+  "charge-output": {',
      '+    "text": "bar",',
      '+    "iban": "•••"',
      "+  }",
    ]);
    expect(changed(item.stdout)).toContain('+      "item": "b",');
  });

  test("that nobody has written are told from those of other steps", async () => {
    const { sfs3, run } = await useOperated(FLOWS);
    const txnId = await run("Orders", INPUT);

    const { exitCode, stderr } = await sfs3(["show", txnId, "flow.mjs", "--diff", "refund"]);

    expect([exitCode, stderr]).toEqual([
      1,
      `No version of ${txnId} was written by 'refund'. They were by charge, count, line[0], line[1].\n`,
    ]);
  });

  test.each(["--history", "--diff=charge"])("are not there where the bucket keeps none (%s)", async (option) => {
    const { sfs3, run } = await useOperated(FLOWS, { versioned: false });
    const txnId = await run("Orders", INPUT);

    const { exitCode, stderr } = await sfs3(["show", txnId, "flow.mjs", option]);

    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`Bucket sfs3 keeps no versions of ${txnId}`)]);
  });

  test("are those of the transaction alone, whatever begins like it", async () => {
    const { sfs3, stack, bucket } = await useOperated(FLOWS);
    for (const key of ["t", "t-2", "t"]) await stack.s3.putObject(bucket, key, "{}");

    const { stdout } = await sfs3(["show", "t", "--history", "--json"]);

    expect(JSON.parse(stdout)).toHaveLength(2);
  });
});

describe("a sidecar in parts", () => {
  const PARTS = FLOWS.replace('layout: "document"', 'layout: "parts"');

  async function useParts() {
    const operated = await useOperated(PARTS);
    const input = JSON.stringify(INPUT);
    const { exitCode, stderr } = await operated.sfs3([
      ...["start", "flow.mjs", "--txn", "one", "--input", input],
      "--wait",
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(operated.stack.s3.listKeys(operated.bucket)).toContain("one/line-output/00000001.json");
    return operated;
  }

  test("is shown as the document that it makes, masked", async () => {
    const { sfs3 } = await useParts();

    const { stdout, stderr } = await sfs3(["show", "one", "flow.mjs"]);

    expect(JSON.parse(stdout)).toEqual({
      ...INPUT,
      card: "•••",
      "charge-output": { text: "bar", iban: "•••" },
      "count-output": { lines: 2 },
      "line-output": [
        { item: "a", secret: "•••" },
        { item: "b", secret: "•••" },
      ],
    });
    expect(stderr.split("\n").map((row) => row.split(/ {2,}/)[0])).toEqual([
      "step",
      "charge",
      "count",
      "line (2 items)",
      "the whole sidecar",
      "",
    ]);
  });

  test("has the versions of its parts, and says whose they are", async () => {
    const { sfs3 } = await useParts();

    const { stdout } = await sfs3(["show", "one", "flow.mjs", "--history", "--json"]);

    expect(JSON.parse(stdout).map(({ key, writers }: { key: string; writers: string[] }) => [key, ...writers])).toEqual(
      [
        ["one/input.json", "$start"],
        ["one/charge-output.json", "charge"],
        ["one/count-output.json", "count"],
        ["one/line-output/00000000.json", "line[0]"],
        ["one/line-output/00000001.json", "line[1]"],
      ],
    );
  });

  test("shows what a step has changed in its own part", async () => {
    const { sfs3 } = await useParts();

    const step = await sfs3(["show", "one", "flow.mjs", "--diff", "charge"]);
    const item = await sfs3(["show", "one", "flow.mjs", "--diff", "line[1]"]);

    expect(step.stdout).toContain('+  "charge-output": {\n+    "text": "bar",\n+    "iban": "•••"\n+  }');
    expect(item.stdout).toContain('+      "item": "b",\n+      "secret": "•••"');
  });
});
