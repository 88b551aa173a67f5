import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";

const ORDERS = { "flow.ts": module('export const process = orders.step(step("reserve")).step(step("charge"));') };
const TWO = {
  "flow.ts": module(
    'export const first = orders.step(step("reserve"));',
    'export const second = flow("Payment", { input: Input }).step(step("pay"));',
  ),
};

describe("the definition", () => {
  test("goes to standard output, and nothing else does", async () => {
    const { exitCode, stdout, stderr } = await useProject(ORDERS).sfs3(["gen-asl", "flow.ts", "--validate"]);

    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: "Orders: valid for asl-validator and amazon-states-language-service\n",
    });
    expect(Object.keys(JSON.parse(stdout).States)).toEqual([
      "reserve",
      "charge",
      "PublishSucceeded",
      "Succeeded",
      "PublishFailed",
      "Failed",
    ]);
  });

  test("comes with a word on why its data is in parts, where nobody has chosen", async () => {
    const lines = `const list = defineStep(Input, z.object({ lines: z.array(z.string()) }), () => ({ lines: [] }), { name: "list" });`;
    const mapped = `.step(list).map({ over: "list-output.lines", distributed: {} }, (item) => item.step(step("line")));`;
    const parts = 'flow("Chosen", { input: Input, layout: "parts" })';
    const { sfs3 } = useProject({
      "flow.ts": module(lines, `export const first = orders${mapped}`, `export const chosen = ${parts}${mapped}`),
    });

    const implied = await sfs3(["gen-asl", "flow.ts", "--flow", "first", "--validate"]);
    const chosen = await sfs3(["gen-asl", "flow.ts", "--flow", "chosen"]);

    expect(implied).toMatchObject({
      exitCode: 0,
      stderr:
        "Orders: valid for asl-validator and amazon-states-language-service\n" +
        "Orders keeps its data in parts: each item of the map 'map-1' writes a part of its own. The flow's option 'layout' decides otherwise.\n",
    });
    expect(chosen).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("has the same bytes each time", async () => {
    const { sfs3 } = useProject(ORDERS);

    const [first, second] = [await sfs3(["gen-asl", "flow.ts"]), await sfs3(["gen-asl", "flow.ts"])];

    expect(first.stdout).toBe(second.stdout);
    expect(first.stdout).toMatch(/^\{\n {2}"Comment"[\s\S]+\n\}\n$/);
  });

  test("is written to --out, whose folders are made", async () => {
    const { sfs3, path } = useProject(ORDERS);

    const { exitCode, stdout, stderr } = await sfs3(["gen-asl", "flow.ts", "--out", "deep/orders.asl.json"]);

    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        `Orders: written to ${path("deep/orders.asl.json")}\n` +
        `sfs3.lock.json: written to ${path("sfs3.lock.json")}\n`,
    });
    expect(readFileSync(path("deep/orders.asl.json"), "utf8")).toBe((await sfs3(["gen-asl", "flow.ts"])).stdout);
  });

  test("that cannot be written is refused in one line", async () => {
    const { exitCode, stderr } = await useProject({ ...ORDERS, "asl/file": "" }).sfs3([
      "gen-asl",
      "flow.ts",
      "--out",
      "asl",
    ]);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Orders is not written: EISDIR.+\n$/);
  });

  test("of every flow is written with --all, a file a flow", async () => {
    const { sfs3, path } = useProject(TWO);

    const { exitCode } = await sfs3(["gen-asl", "flow.ts", "--all", "--out", "asl"]);

    expect(exitCode).toBe(0);
    expect(readdirSync(path("asl")).sort()).toEqual(["Orders.asl.json", "Payment.asl.json"]);
  });
});

describe("the flow", () => {
  test.each(["Payment", "second"])("is named by its name or its export: %s", async (name) => {
    const { stdout } = await useProject(TWO).sfs3(["gen-asl", "flow.ts", "--flow", name]);

    expect(JSON.parse(stdout).StartAt).toBe("pay");
  });

  test("is the module's default export where there is one", async () => {
    const { sfs3 } = useProject({ "flow.ts": `${TWO["flow.ts"]}export default second;\n` });

    expect(JSON.parse((await sfs3(["gen-asl", "flow.ts"])).stdout).StartAt).toBe("pay");
  });

  test("has to be named where there are several", async () => {
    const { sfs3, path } = useProject(TWO);

    const { exitCode, stdout, stderr } = await sfs3(["gen-asl", "flow.ts"]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toBe(
      `${path("flow.ts")} exports several flows: Orders (export first), Payment (export second). Name one with --flow, or export one as default.\n`,
    );
  });

  test("has to be there", async () => {
    const { exitCode, stderr } = await useProject(TWO).sfs3(["gen-asl", "flow.ts", "--flow", "Refund"]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain("exports no flow named 'Refund'. It exports Orders (export first), Payment");
  });
});

describe("the lock file", () => {
  const lockOf = (path: string) => JSON.parse(readFileSync(path, "utf8"));
  const payment = ["gen-asl", "flow.ts", "--flow", "Payment", "--out", "payment.asl.json"];

  test("lies beside the nearest package.json above the module", async () => {
    const { sfs3, path } = useProject({ "package.json": "{}", "src/orders/flow.ts": ORDERS["flow.ts"] });

    await sfs3(["gen-asl", "src/orders/flow.ts", "--out", "asl/orders.asl.json"]);

    expect(lockOf(path("sfs3.lock.json"))).toMatchObject({
      lockVersion: 1,
      flows: { Orders: { steps: { reserve: { outputKey: "reserve-output" }, charge: {} } } },
    });
  });

  test("keeps what it says of other flows", async () => {
    const { sfs3, path } = useProject(TWO);
    await sfs3(["gen-asl", "flow.ts", "--flow", "Orders", "--out", "orders.asl.json"]);

    await sfs3(payment);

    expect(Object.keys(lockOf(path("sfs3.lock.json")).flows)).toEqual(["Orders", "Payment"]);
  });

  test("is left alone where the definition goes to standard output", async () => {
    const { sfs3, path } = useProject(ORDERS);

    await sfs3(["gen-asl", "flow.ts"]);

    expect(existsSync(path("sfs3.lock.json"))).toBe(false);
  });

  test("that is missing or stale fails --check", async () => {
    const { sfs3, path } = useProject(TWO);
    await sfs3(payment);
    rmSync(path("sfs3.lock.json"));

    const missing = await sfs3([...payment, "--check"]);
    writeFileSync(path("sfs3.lock.json"), '{"lockVersion":1,"flows":{"Payment":{}}}');
    const stale = await sfs3([...payment, "--check"]);

    expect([missing.exitCode, stale.exitCode]).toEqual([1, 1]);
    expect(missing.stderr).toContain("sfs3.lock.json does not exist.\n");
    expect(missing.stderr).toContain("1 of 2 stale. To write: sfs3 gen-asl flow.ts --flow Payment --out");
    expect(stale.stderr).toContain("+++ sfs3.lock.json (generated)");
  });

  test("that is broken is not written over", async () => {
    const { sfs3, path } = useProject({ ...TWO, "sfs3.lock.json": "<<<<<<< HEAD" });

    const { exitCode, stderr } = await sfs3(payment);

    expect(exitCode).toBe(1);
    expect(stderr).toBe(`${path("sfs3.lock.json")} is not JSON. Restore it, or delete it and run sfs3 gen-asl.\n`);
  });
});

describe("--check", () => {
  const check = ["gen-asl", "flow.ts", "--out", "orders.asl.json", "--check"];

  test("is content with what gen-asl wrote, and writes nothing", async () => {
    const { sfs3, path } = useProject(ORDERS);
    await sfs3(["gen-asl", "flow.ts", "--out", "orders.asl.json"]);

    expect(await sfs3(check)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(existsSync(path("orders.asl.json"))).toBe(true);
  });

  test("shows what a stale file has and should have, and how to write it", async () => {
    const { sfs3, path } = useProject(ORDERS);
    await sfs3(["gen-asl", "flow.ts", "--out", "orders.asl.json"]);
    const fresh = readFileSync(path("orders.asl.json"), "utf8");
    writeFileSync(path("orders.asl.json"), fresh.replace('"TimeoutSeconds": 60', '"TimeoutSeconds": 11'));

    const { exitCode, stdout, stderr } = await sfs3(check);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("--- orders.asl.json\n+++ orders.asl.json (generated)\n@@ ");
    expect(stderr).toContain('\n-      "TimeoutSeconds": 11,\n+      "TimeoutSeconds": 60,\n');
    expect(stderr).toMatch(/\n1 of 2 stale\. To write: sfs3 gen-asl flow\.ts --out orders\.asl\.json\n$/);
  });

  test("says that a file is missing, and does not make it", async () => {
    const { sfs3, path } = useProject(TWO);

    const { exitCode, stderr } = await sfs3(["gen-asl", "flow.ts", "--all", "--out", "asl", "--check"]);

    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "asl/Orders.asl.json does not exist.\n\nasl/Payment.asl.json does not exist.\n\nsfs3.lock.json does not exist.\n\n" +
        "3 of 3 stale. To write: sfs3 gen-asl flow.ts --all --out asl\n",
    );
    expect(existsSync(path("asl"))).toBe(false);
  });
});

test("--validate refuses what the validators refuse, and tells what each of them says", async () => {
  const { sfs3, path } = useProject({
    "flow.mjs": module('export const process = orders.step(step("a")).state("odd", { Type: "Task" });'),
  });

  const { exitCode, stderr } = await sfs3(["gen-asl", "flow.mjs", "--validate", "--out", "orders.asl.json"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("The definition of Orders is not valid:\n");
  expect(stderr).toMatch(/^ {2}asl-validator: .*odd/m);
  expect(stderr).toMatch(/^ {2}amazon-states-language-service: line \d+: .+/m);
  expect(existsSync(path("orders.asl.json"))).toBe(false);
});

describe("a combination of options that makes no sense is refused:", () => {
  test.each([
    [["--all", "--flow", "Orders", "--out", "asl"], "--all and --flow exclude each other. Leave one out."],
    [["--all"], "--all needs a folder to write to. Add --out <folder>."],
    [["--check"], "--check needs the file to compare with. Add --out <path>."],
  ])("%j", async (options, message) => {
    expect(await useProject(ORDERS).sfs3(["gen-asl", "flow.ts", ...options])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `${message}\n`,
    });
  });
});

describe("a module that is none is refused:", () => {
  test.each([
    ["absent", {}, "There is no module"],
    ["broken", { "flow.ts": "export const = 1;" }, "does not load:"],
    ["throwing", { "flow.ts": "throw new Error('out of order');" }, "does not load: out of order"],
    ["without a flow", { "flow.ts": "export const answer = 42;" }, "exports no flow. Export one: export const"],
    ["a folder", { "flow.ts/file": "" }, "A folder is no module: "],
  ])("%s", async (_, files, message) => {
    const { exitCode, stdout, stderr } = await useProject(files).sfs3(["gen-asl", "flow.ts"]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("flow.ts");
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("\n    at ");
  });
});

describe("a flow that cannot run is refused with the step and the reason:", () => {
  const REFUSED: readonly (readonly [reason: string, flow: string, messages: readonly string[]])[] = [
    [
      "an unmet input",
      'orders.step(defineStep(z.object({ bar: z.string() }), Output, () => ({ text: "" }), { name: "charge" }))',
      ["Orders: the step 'charge' reads 'bar', which nothing before it writes."],
    ],
    ["two states of one name", 'orders.step(step("a")).step(step("a"))', ["Orders", "'a'"]],
    ["a name over 80 characters", 'orders.step(step("a"), { as: "x".repeat(81) })', ["'xxx", "has 81 characters"]],
    [
      "a definition over 1 MB",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a module
      "Array.from({ length: 1000 }).reduce((flow, _, i) => flow.step(step(`step-${i}`)), orders)",
      ["Orders: its definition has", "Step Functions takes 1048576"],
    ],
    ["a flow with no step", 'orders.pass("nothing")', ["Orders has no step."]],
    ["a timeout that is not positive", 'orders.step(step("a"), { timeoutSeconds: 0 })', ["'a'", "timeoutSeconds"]],
    ["a timeout of NaN", 'orders.step(step("a"), { timeoutSeconds: NaN })', ["'a'", "timeoutSeconds"]],
    ["an unreachable state", 'orders.step(step("a")).succeed().step(step("b"))', ["'b' is unreachable", "'succeed-1'"]],
    [
      "two branches that write one key",
      'orders.parallel((b) => b.step(step("a")), (b) => b.step(step("b", undefined, { outputKey: "a-output" })))',
      ["'parallel-1'", "two branches write 'a-output'"],
    ],
  ];

  test.each(REFUSED)("%s", async (_, flow, messages) => {
    const { sfs3, path } = useProject({ "flow.mjs": module(`export const process = ${flow};`) });

    const { exitCode, stdout, stderr } = await sfs3(["gen-asl", "flow.mjs", "--out", "out.asl.json"]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    for (const message of messages) expect(stderr).toContain(message);
    expect(stderr).not.toContain("\n    at ");
    expect(existsSync(path("out.asl.json"))).toBe(false);
  });
});

describe("a module may be written in any kind of TypeScript or JavaScript:", () => {
  const commonJs = module("exports.process = orders.step(step('reserve'));").replace(
    /import (.+) from "(.+)";/g,
    (_, names: string, from: string) => `const ${names.replace("* as ", "")} = require("${from}");`,
  );

  test.each([
    ["flow.ts", '{"type":"module"}', ORDERS["flow.ts"]],
    ["flow.ts", "{}", ORDERS["flow.ts"]],
    ["flow.mts", "{}", ORDERS["flow.ts"]],
    ["flow.js", '{"type":"module"}', ORDERS["flow.ts"]],
    ["flow.mjs", "{}", ORDERS["flow.ts"]],
    ["flow.cts", '{"type":"module"}', commonJs],
    ["flow.cjs", "{}", commonJs],
    ["flow.js", "{}", commonJs],
  ])("%s beside package.json %s", async (name, manifest, source) => {
    const { sfs3 } = useProject({ [name]: source, "package.json": manifest });

    const { exitCode, stdout, stderr } = await sfs3(["gen-asl", name]);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout).StartAt).toBe("reserve");
  });

  test("with relative imports that end in .js and mean .ts", async () => {
    const { sfs3 } = useProject({
      "src/flow.ts": 'import { named } from "./names.js";\nexport const process = named;\n',
      "src/names.ts": `${module('const only: string = "reserve";', "export const named = orders.step(step(only));")}`,
    });

    expect(JSON.parse((await sfs3(["gen-asl", "src/flow.ts"])).stdout).StartAt).toBe("reserve");
  });
});
