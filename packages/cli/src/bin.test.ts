import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { module } from "./fixtures/modules.js";
import { startCommand as start } from "./fixtures/start-command.js";
import { type Project, useProject } from "./fixtures/use-project.js";

const FLOWS = module(
  'import { setTimeout } from "node:timers/promises";',
  'export const quick = orders.step(step("reserve"));',
  `export const stepping = flow("Stepping", { input: Input }).step(step("long", async () => {
    console.error("in the middle");
    await setTimeout(600_000);
  }, { timeoutSeconds: 900 }));`,
  `export const spinning = flow("Spinning", { input: Input }).step(step("spin", () => {
    console.error("in the middle");
    for (;;);
  }, { timeoutSeconds: 900 }));`,
  'export const waiting = flow("Waiting", { input: Input }).step(step("reserve")).wait({ seconds: 86400 });',
  "export default quick;",
);

const run = (flow: string) => ["run", "flow.mjs", "--flow", flow, "--input", '{"foo":"bar"}'];
const leftovers = (project: Project) => readdirSync(project.path("tmp"));

test("exits with 0 and has written all of its output by then", async () => {
  const project = useProject({ "flow.mjs": FLOWS });

  const { ended, output } = start(project, [...run("quick"), "--json"]);

  expect(await ended).toEqual({ code: 0, signal: null });
  expect(JSON.parse(output.stdout)).toMatchObject({ status: "SUCCEEDED" });
  expect(leftovers(project)).toEqual([]);
});

describe("Ctrl-C", () => {
  test.each([
    ["in a step", "Stepping", "in the middle", "long"],
    ["in a step that never gives way", "Spinning", "in the middle", "spin"],
    ["in a wait", "Waiting", "waiting for 1 d", "wait-1"],
  ])("%s stops the execution and leaves nothing behind", async (_, flow, moment, step) => {
    const project = useProject({ "flow.mjs": FLOWS });
    const { child, ended, said, output } = start(project, [...run(flow), "--json"]);
    await said(moment);

    child.kill("SIGINT");

    expect(await ended).toEqual({ code: 2, signal: null });
    expect(JSON.parse(output.stdout)).toMatchObject({
      status: "ABORTED",
      failure: { step, cause: "interrupted by the user" },
    });
    expect(leftovers(project)).toEqual([]);
  });

  test("while the input is read stops before anything is started", async () => {
    const project = useProject({ "flow.mjs": `${FLOWS}console.error("loaded");` });
    const { child, ended, said, output } = start(project, ["run", "flow.mjs", "--input", "-"]);
    await said("loaded");

    child.kill("SIGINT");

    expect(await ended).toEqual({ code: 1, signal: null });
    expect(output.stderr).toContain("Interrupted; nothing was started.");
    expect(leftovers(project)).toEqual([]);
  });

  test("stops a module that never loads", async () => {
    const project = useProject({
      "flow.mjs": 'console.error("loading"); setInterval(() => {}, 1000); await new Promise(() => {});',
    });
    const { child, ended, said, output } = start(project, run("quick"));
    await said("loading");

    child.kill("SIGINT");

    expect(await ended).toEqual({ code: 1, signal: null });
    expect(output.stderr).toContain("Interrupted; nothing was started.");
  });

  test("a second time ends a process at once that the first time does not end", async () => {
    const stubborn = `process.once("SIGINT", () => {
      process.exit = () => {};
      console.error("heard");
    });
    setInterval(() => {}, 1000);
    console.error("loading");
    await new Promise(() => {});`;
    const { child, ended, said } = start(useProject({ "flow.mjs": stubborn }), run("quick"));
    await said("loading");
    child.kill("SIGINT");
    await said("heard");

    child.kill("SIGINT");

    expect(await ended).toEqual({ code: null, signal: "SIGINT" });
  });
});

test("a data folder that another run uses is refused, and free again after it", async () => {
  const project = useProject({ "flow.mjs": FLOWS });
  const first = start(project, [...run("Waiting"), "--data", "data"]);
  await first.said("waiting for 1 d");

  const second = start(project, [...run("quick"), "--data", "data"]);

  expect(await second.ended).toEqual({ code: 1, signal: null });
  expect(second.output.stderr).toContain(
    `The embedded stack does not start: ${project.path("data/s3")} is in use by process ${first.child.pid}; use another folder or stop it.`,
  );
  first.child.kill("SIGINT");
  expect(await first.ended).toEqual({ code: 2, signal: null });
  expect(await start(project, [...run("quick"), "--data", "data"]).ended).toEqual({ code: 0, signal: null });
});

test("a handler in the main thread that never ends does not keep the process", async () => {
  const project = useProject({ "flow.mjs": FLOWS });
  const { child, ended, said } = start(project, [...run("Stepping"), "--inline"]);
  await said("in the middle");

  child.kill("SIGINT");

  expect(await ended).toEqual({ code: 2, signal: null });
});

test.each(["stdout", "stderr"] as const)("a reader of %s that has had enough is no error", async (stream) => {
  const project = useProject({ "flow.mjs": FLOWS });
  const { child, ended, output } = start(project, run("quick"));

  child[stream].destroy();

  expect(await ended).toEqual({ code: 0, signal: null });
  expect(output.stderr).not.toContain("EPIPE");
});
