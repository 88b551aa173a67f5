import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, watch, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { ListExecutionsCommand, RedriveExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, onTestFinished, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { startCommand } from "../fixtures/start-command.js";
import { useProject } from "../fixtures/use-project.js";
import { useDev } from "./fixtures/use-dev.js";

/** A process that asks, and once it has been answered says which version of its sources it runs on. */
const FILES = {
  "flow.mjs": module(
    'import { VERSION } from "./version.mjs";',
    "const says = (name) => step(name, () => ({ text: VERSION }));",
    'export const process = orders.step(says("before")).callback(step("ask"), { timeoutSeconds: 600 }).step(says("after"));',
  ),
  "version.mjs": 'export const VERSION: string = "v1";'.replace(": string", ""),
};
const version = (name: string) => `export const VERSION = "${name}";`;
const input = { foo: "bar" };
const WAITING = "waiting for its task token";

const texts = (document: Record<string, unknown>) =>
  ["before-output", "after-output"].map((key) => (document[key] as { readonly text: string } | undefined)?.text);

test("a user starts, changes a step, starts again, kills, starts anew, looks and redrives", async () => {
  const project = useProject(FILES);
  const args = ["flow.mjs"];
  const first = await useDev(project, args);
  const old = await first.start("Orders", input);
  await first.said(WAITING);

  writeFileSync(project.path("version.mjs"), version("v2"));
  await first.said("Orders has changed");
  const fresh = await first.start("Orders", input);
  await first.said(WAITING, { times: 2 });
  await first.answer(fresh);
  await first.answer(old);
  const ends = [await first.completed("Orders", old), await first.completed("Orders", fresh)];
  const abandoned = await first.start("Orders", input);
  await first.said(WAITING, { times: 3 });
  await first.kill();
  writeFileSync(project.path("version.mjs"), version("v3"));

  const second = await useDev(project, args);
  const { executions = [] } = await second.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: second.ready.processes[0]?.stateMachineArn }),
  );
  const state = await second.state("Orders", abandoned);
  const page = await (await fetch(second.ready.statusUrl)).text();
  await second.sfn.send(new RedriveExecutionCommand({ executionArn: abandoned.executionId }));
  await second.said(WAITING);
  await second.answer(abandoned);

  expect(second.output.stderr).toContain(`goes on as ${abandoned.transactionId}`);
  expect(ends).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  expect(texts(await second.sidecar(old))).toEqual(["v1", "v1"]);
  expect(texts(await second.sidecar(fresh))).toEqual(["v2", "v2"]);
  expect(executions.map(({ name, status }) => [name, status])).toEqual([
    [abandoned.transactionId, "ABORTED"],
    [fresh.transactionId, "SUCCEEDED"],
    [old.transactionId, "SUCCEEDED"],
  ]);
  expect(state).toMatchObject({ status: "ABORTED", cause: expect.stringContaining("process") });
  for (const { transactionId } of [old, fresh, abandoned]) expect(page).toContain(transactionId);
  expect(await second.completed("Orders", abandoned)).toBe("SUCCEEDED");
  // What is redriven goes on with the code of today, as on AWS: that is how a mended step gets through.
  expect(texts(await second.sidecar(abandoned))).toEqual(["v2", "v3"]);
  expect(await second.interrupt()).toEqual({ code: 0, signal: null });
});

const quick = (name: string, ...steps: readonly string[]) =>
  `export const the${name} = flow("${name}", { input: Input })${steps.map((step) => `.step(step("${step}"))`).join("")};`;

test("what is broken is told and the last good version stays; flows come and go", async () => {
  const project = useProject({ "flow.mjs": module(quick("Orders", "reserve")) });
  // Whole at once: a file that is read while it is being written is broken in another way.
  const write = (name: string, text: string) => {
    writeFileSync(project.path(`${name}.new`), text);
    renameSync(project.path(`${name}.new`), project.path(name));
  };
  const dev = await useDev(project, ["flow.mjs"]);
  const works = async (name: string) => dev.completed(name, await dev.start(name, input));

  write("flow.mjs", module(quick("Orders", "reserve"), "export const broken = ;"));
  await dev.said("The last version that was in order stays.");
  expect(dev.output.stderr).toMatch(/Unexpected ";"\n\n {4}flow\.mjs:\d+:\d+:/);
  expect(await works("Orders")).toBe("SUCCEEDED");

  write("flow.mjs", module(quick("Orders", "reserve", "reserve")));
  await dev.said("The last version that was in order stays.", { times: 2 });
  expect(dev.output.stderr).toContain("both would be deployed as ReserveFunctionArn");
  expect(await works("Orders")).toBe("SUCCEEDED");

  write("flow.mjs", module('export * from "./payment.mjs";'));
  await dev.said("The last version that was in order stays.", { times: 3 });
  expect(dev.output.stderr).toContain('Could not resolve "./payment.mjs"');

  write("payment.mjs", module(quick("Payment", "pay")));
  await dev.said("+ Payment is new.");
  await dev.said("- Orders is gone from the sources");
  expect(await works("Payment")).toBe("SUCCEEDED");
  expect(await (await fetch(`${dev.ready.url}/Orders/start-process`, { method: "POST" })).json()).toEqual({
    message: 'There is no process "Orders". There are: Payment.',
  });
});

describe("--exec", () => {
  const CLIENT = `
    const answer = await fetch(process.env.ORDERS_START_URL, { method: "POST", body: '{"foo":"bar"}' });
    console.log(answer.status, process.env.BUCKET_NAME, process.env.OWN);
    process.exit(Number(process.argv[2]));`;

  test.each([0, 3])("sets the environment and ends with the command's exit code %i", async (code) => {
    const project = useProject({ "flow.mjs": module(quick("Orders", "reserve")), "client.mjs": CLIENT });

    const args = ["dev", "flow.mjs", "--port", "0", "--exec", `OWN=mine node client.mjs ${code}`];
    const { ended, output } = startCommand(project, args);

    expect(await ended).toEqual({ code, signal: null });
    expect(output.stdout).toBe("201 sfs3 mine\n");
    expect(output.stderr.includes(`The command ended with ${code}`)).toBe(code !== 0);
  });

  const STUBBORN = `
    for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => process.exit(name === "SIGINT" ? 4 : 5));
    console.log("waiting");
    setInterval(() => {}, 1000);`;

  test.each([
    ["SIGINT", 4],
    ["SIGTERM", 5],
  ] as const)("passes %s on, and waits for what the command makes of it", async (signal, code) => {
    const project = useProject({ "flow.mjs": module(quick("Orders", "reserve")), "wait.mjs": STUBBORN });
    const args = ["dev", "flow.mjs", "--port", "0", "--exec", "exec node wait.mjs"];
    const { child, ended, said } = startCommand(project, args);
    await said("waiting", { stream: "stdout" });

    child.kill(signal);

    expect(await ended).toEqual({ code, signal: null });
  });

  test("says by its exit code which signal has ended the command", async () => {
    const project = useProject({ "flow.mjs": module(quick("Orders", "reserve")) });

    const { ended } = startCommand(project, ["dev", "flow.mjs", "--port", "0", "--exec", "kill -TERM $$"]);

    expect(await ended).toEqual({ code: 143, signal: null });
  });
});

test("without --json, standard output is for a shell, and --write-env for Node.js", async () => {
  const project = useProject({
    "src/flow.js": module(quick("Orders", "reserve")),
    "package.json": '{"type":"module"}',
  });
  const command = startCommand(project, ["dev", "--port", "0", "--write-env", "env"]);
  await command.said("Ctrl-C stops");
  await command.said("ORDERS_START_URL", { stream: "stdout" });

  command.child.kill("SIGINT");
  expect(await command.ended).toEqual({ code: 0, signal: null });

  const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:Orders";
  expect(command.output.stdout).toContain(`\nexport ORDERS_STATE_MACHINE_ARN='${arn}'\n`);
  expect(readFileSync(project.path("env"), "utf8")).toContain(`\nORDERS_STATE_MACHINE_ARN="${arn}"\n`);
  expect(readdirSync(project.path("."))).toContain(".sfs3");
});

test.skipIf(process.platform !== "linux")("--open opens the status page in the browser", async () => {
  const project = useProject({
    "flow.mjs": module(quick("Orders", "reserve")),
    browser: '#!/bin/sh\necho "$1" > opening\nmv opening opened\n',
  });
  chmodSync(project.path("browser"), 0o755);
  const watcher = watch(project.folder);
  onTestFinished(() => watcher.close());
  const opened = new Promise<string>((resolve) =>
    watcher.on("change", (_, name) => name === "opened" && resolve(readFileSync(project.path("opened"), "utf8"))),
  );

  const args = ["dev", "flow.mjs", "--port", "0", "--json", "--open"];
  const { output } = startCommand(project, args, { BROWSER: project.path("browser") });

  expect(await opened).toBe(`${JSON.parse(output.stdout).statusUrl}\n`);
});

describe("is refused, with the way out:", () => {
  const FLOW = { "flow.mjs": module(quick("Orders", "reserve")) };

  test("a port that is in use, and a data folder that is", async () => {
    const project = useProject(FLOW);
    const { ready, child } = await useDev(project, ["flow.mjs"]);

    const onPort = startCommand(project, ["dev", "flow.mjs", "--port", String(ready.port), "--data", "other"]);
    const inFolder = startCommand(project, ["dev", "flow.mjs", "--port", "0"]);

    expect((await onPort.ended).code).toBe(1);
    expect(onPort.output.stderr).toContain(`Port ${ready.port} is in use: stop what uses it or choose another.`);
    expect((await inFolder.ended).code).toBe(1);
    expect(inFolder.output.stderr).toContain(`is in use by process ${child.pid}; use another folder or stop it.`);
  });

  test.each([
    [[], "Which flows? There is none of src/flows.ts, src/flow.ts, src/flow.js, flow.ts, flow.js in"],
    [["absent.ts"], "There is no module"],
    [["broken.mjs"], "The sources do not compile."],
    [["throws.mjs"], "throws.mjs does not load: not today"],
    [["none.mjs"], "exports no flow"],
    [["flow.mjs", "same.mjs"], "export different flows named 'Orders'. Rename one."],
    [["flow.mjs", "--port", "70000"], "It must be an integer from 0 to 65535."],
    [["flow.mjs", "--host", "http://box"], "It must be a host's name or address, without a scheme and a port."],
    [["flow.mjs", "--data", "flow.mjs"], "--data names a file"],
    [["flow.mjs", "--data", "flow.mjs/below"], "flow.mjs/below/s3 cannot be written: the file system refuses (ENOTDIR"],
    // A file system on which Node's own recursive mkdir never ends.
    ...(existsSync("/proc/self")
      ? [[["flow.mjs", "--data", "/proc/sfs3"], "mkdir '/proc/sfs3'"] as [string[], string]]
      : []),
  ])("%j", async (args, message) => {
    const project = useProject({
      ...FLOW,
      "broken.mjs": "export const = 1;",
      "throws.mjs": 'throw new Error("not today");',
      "none.mjs": "export const one = 1;",
      "same.mjs": module(quick("Orders", "reserve")),
    });

    const { exitCode, stdout, stderr } = await project.sfs3([
      "dev",
      ...args,
      ...(args.includes("--port") ? [] : ["--port", "0"]),
    ]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
  });
});

test("a page of another site is refused whatever it asks for, and a name is known that the user gives", async () => {
  const project = useProject(FILES);
  const { ready } = await useDev(project, ["flow.mjs", "--host", "box.example", "--host", "other.example"]);
  const ask = async (path: string, headers: Readonly<Record<string, string>>, method = "GET") => {
    const request = httpRequest({ port: ready.port, host: "127.0.0.1", path, headers, method }).end();
    const [response] = await once(request, "response");
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
  const start = "/Orders/start-process";

  for (const [path, method] of [["/_sfs3"], [start, "POST"], [start, "OPTIONS"], ["/Orders/iot/keys"], ["/sfs3/0x1"]]) {
    const { status, body } = await ask(path ?? "", { origin: "https://evil.example" }, method);
    expect([path, status]).toEqual([path, 403]);
    expect(body).toContain("this stack answers only to pages of this machine");
    expect((await ask(path ?? "", { host: "evil.example" }, method)).status).toBe(403);
  }
  expect((await ask("/_sfs3", { host: "evil.example" })).body).toContain("box.example, other.example");
  const page = await ask("/_sfs3", { host: "other.example" });
  expect(page.status).toBe(200);
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
});
