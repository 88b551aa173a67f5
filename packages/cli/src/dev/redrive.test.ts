import { writeFileSync } from "node:fs";
import { GetExecutionHistoryCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { createProcessClient } from "@sfs3/client";
import { connectAsync } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";
import { useDev } from "./fixtures/use-dev.js";

/** A process as its author has it before and after a step, inside a Parallel, is mended; what a step writes differs each time. */
const flowWith = (charge: string) =>
  module(
    "const at = (name, fn) => step(name, () => fn?.() ?? { text: String(Math.random()) });",
    "const redrivable = (name) => flow(name, { input: Input, topicRoot: name.toLowerCase(), redrivable: true });",
    'export const process = redrivable("Orders").step(at("reserve"))',
    `  .parallel((branch) => branch.step(at("pack")).step(at("charge", ${charge})), (branch) => branch.step(at("label")))`,
    '  .step(at("ship"));',
    'export const waiting = redrivable("Waiting").wait({ seconds: 3600 }).step(at("never"));',
  );
const BROKEN = '() => { throw new TypeError("the card reader is unplugged"); }';
const MENDED = "undefined";

async function useListener(dev: Awaited<ReturnType<typeof useDev>>) {
  const words: string[] = [];
  const subscriber = await connectAsync(dev.ready.mqttWebSocketUrl);
  onTestFinished(async () => void (await subscriber.endAsync()));
  subscriber.on("message", (topic, payload) => {
    if (["SUCCEEDED", "FAILED"].includes(String(payload))) words.push(`${topic} ${payload}`);
  });
  await subscriber.subscribeAsync("#", { qos: 1 });
  const clientOf = (name: string) => {
    const startUrl = dev.ready.environment[`${name.toUpperCase()}_START_URL`] ?? "";
    const client = createProcessClient<{ readonly foo: string }>({
      startUrl,
      stateUrl: new URL("process-state", startUrl),
      credentialsUrl: new URL("iot/keys", startUrl),
      topicRoot: name.toLowerCase(),
    });
    onTestFinished(client.close);
    return client;
  };
  return { words, clientOf };
}

test("a step fails, is mended and redriven: what has succeeded is not done again, and each end is told once", async () => {
  const project = useProject({ "flow.mjs": flowWith(BROKEN) });
  const dev = await useDev(project, ["flow.mjs"]);
  const { words, clientOf } = await useListener(dev);
  const sfs3 = (...args: readonly string[]) => project.sfs3([...args, "--endpoint", dev.ready.url]);
  const client = clientOf("Orders");

  const { transactionId, executionId, completed } = await client.start({ foo: "bar" });
  const failure = await completed().catch((error: unknown) => error);
  const before = await dev.sidecar({ transactionId, executionId });
  writeFileSync(project.path("flow.mjs"), flowWith(MENDED));
  await dev.said("Orders has changed");
  const redriven = await sfs3("redrive", transactionId, "--wait", "--json");
  const heard = await Promise.all([client.waitFor(executionId), clientOf("Orders").waitFor(executionId)]);

  expect(failure).toMatchObject({ name: "ProcessFailedError", error: "TypeError" });
  expect(failure).toMatchObject({ cause: expect.stringContaining("unplugged") });
  expect(redriven.exitCode, redriven.stderr).toBe(0);
  expect(JSON.parse(redriven.stdout)).toMatchObject({ status: "SUCCEEDED", redrives: 1, failure: null });
  expect(heard.map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  const after = await dev.sidecar({ transactionId, executionId });
  expect(after).toMatchObject({ ...before, $sfs3: expect.anything() });
  expect(Object.keys(before)).toEqual(expect.arrayContaining(["reserve-output", "pack-output"]));
  expect(Object.keys(after)).toEqual(expect.arrayContaining(["charge-output", "ship-output"]));
  expect(await dev.interrupt()).toEqual({ code: 0, signal: null });
  expect(words).toEqual([`orders/${transactionId} FAILED`, `orders/${transactionId} SUCCEEDED`]);
});

test("one who waits hears of each end after a redrive, once, and of a process that is stopped", async () => {
  const project = useProject({ "flow.mjs": flowWith(BROKEN) });
  const dev = await useDev(project, ["flow.mjs"]);
  const { words, clientOf } = await useListener(dev);
  const [orders, waiting] = [clientOf("Orders"), clientOf("Waiting")];
  const nameOf = (error: unknown) => (error as { readonly status: string }).status;

  const first = await orders.start({ foo: "bar" });
  const ends = [await first.completed().catch(nameOf)];
  for (const _ of [1, 2]) {
    const again = await project.sfs3(["redrive", first.transactionId, "--wait", "--endpoint", dev.ready.url]);
    expect(again.exitCode).toBe(2);
    ends.push(await orders.waitFor(first.executionId).catch(nameOf));
  }
  const second = await waiting.start({ foo: "bar" });
  const stopped = second.completed().catch(nameOf);
  await dev.sfn.send(new StopExecutionCommand({ executionArn: second.executionId }));
  ends.push(await stopped);

  const { events = [] } = await dev.sfn.send(new GetExecutionHistoryCommand({ executionArn: first.executionId }));
  expect(ends).toEqual(["FAILED", "FAILED", "FAILED", "ABORTED"]);
  expect(events.filter(({ type }) => type === "ExecutionRedriven")).toHaveLength(2);
  expect(await dev.interrupt()).toEqual({ code: 0, signal: null });
  const [told, toldStopped] = [`orders/${first.transactionId} FAILED`, `waiting/${second.transactionId} FAILED`];
  expect(words).toEqual([told, told, told, toldStopped]);
});

test("a process that Ctrl-C stops is told as stopped, and leaves the session nothing to wait for", async () => {
  const dev = await useDev(useProject({ "flow.mjs": flowWith(MENDED) }), ["flow.mjs"]);
  const { words } = await useListener(dev);
  const { transactionId } = await dev.start("Waiting", { foo: "bar" });

  expect(await dev.interrupt()).toEqual({ code: 0, signal: null });
  expect(words).toEqual([`waiting/${transactionId} FAILED`]);
});
