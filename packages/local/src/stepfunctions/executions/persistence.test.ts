import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStepFunctions } from "@sfs3/local";
import { describe, expect, test } from "vitest";
import { useFolder } from "../../fixtures/use-stack.js";
import { embedded, nextEvent } from "../fixtures/embedded.js";
import { definitionOf, PASS, WAITING } from "../fixtures/use-client.js";

const definition = definitionOf(PASS);

/** Starts one that waits for its token, and resolves once it does. */
async function startWaiting(service: ReturnType<typeof embedded>["service"]) {
  const { stateMachineArn } = await service.createStateMachine({ name: "Waits", definition: definitionOf(WAITING) });
  const waiting = nextEvent(service, "TaskSubmitted");
  const { executionArn } = await service.startExecution({ stateMachineArn, name: "one", input: '{"n":1}' });
  await waiting;
  return executionArn;
}

describe("with a data folder", () => {
  test("machines, activities, tags, executions and histories outlive the service", async () => {
    const dataDir = await useFolder();
    const { service: first } = embedded({}, { dataDir });
    const tags = [{ key: "team", value: "orders" }];
    const { stateMachineArn } = await first.createStateMachine({ name: "Orders", definition, tags });
    await first.createActivity({ name: "review" });
    const separators = definitionOf(PASS, { Comment: "\u2028 \u2029 \n \u{1f600}" });
    await first.updateStateMachine({ stateMachineArn, definition: separators });
    const input = '{"n":"\u2028"}';
    const started = await first.startExecution({
      stateMachineArn,
      name: "one",
      input,
      traceHeader: "Root=1",
    });
    await first.completion(started.executionArn);
    const views = async (service: typeof first) => ({
      machine: await service.describeStateMachine({ stateMachineArn }),
      activities: await service.listActivities(),
      tags: await service.listTagsForResource({ resourceArn: stateMachineArn }),
      execution: await service.describeExecution(started),
      machineOfExecution: await service.describeStateMachineForExecution(started),
      executions: await service.listExecutions({ stateMachineArn }),
      history: await service.getExecutionHistory(started),
    });
    const before = await views(first);
    await first.close();

    const { service: second } = embedded({}, { dataDir });

    expect(await views(second)).toEqual(before);
    expect(before.execution).toMatchObject({ status: "SUCCEEDED", output: input, traceHeader: "Root=1" });
    await expect(second.startExecution({ stateMachineArn, name: "one", input })).rejects.toMatchObject({
      name: "ExecutionAlreadyExists",
    });
    const next = await second.startExecution({ stateMachineArn, name: "two" });
    expect(await second.completion(next.executionArn)).toMatchObject({ status: "SUCCEEDED" });
    await second.close();
  });

  test("what was deleted stays so", async () => {
    const dataDir = await useFolder();
    const { service: first } = embedded({}, { dataDir });
    const { stateMachineArn } = await first.createStateMachine({ name: "Orders", definition });
    const { activityArn } = await first.createActivity({ name: "review" });
    await first.deleteStateMachine({ stateMachineArn });
    await first.deleteActivity({ activityArn });
    await first.close();

    const { service: second } = embedded({}, { dataDir });

    expect(await second.listStateMachines()).toEqual({ stateMachines: [] });
    expect(await second.listActivities()).toEqual({ activities: [] });
    await second.close();
  });

  test("an execution that ran when the service was closed is ABORTED with the reason, and can be redriven", async () => {
    const dataDir = await useFolder();
    const { service: first } = embedded({}, { dataDir });
    const executionArn = await startWaiting(first);
    await first.close();

    const { service: second } = embedded({}, { dataDir });

    expect(await second.describeExecution({ executionArn })).toMatchObject({
      status: "ABORTED",
      error: "Sfs3.ProcessStopped",
      cause: "the local stack was stopped",
      input: '{"n":1}',
      redriveStatus: "REDRIVABLE",
    });
    await second.close();
  });

  test("executions are forgotten, and their names free, ninety days after their end", async () => {
    const dataDir = await useFolder();
    const { service: first, clock } = embedded({}, { dataDir });
    const { stateMachineArn } = await first.createStateMachine({ name: "Orders", definition });
    const started = await first.startExecution({ stateMachineArn, name: "one" });
    await first.completion(started.executionArn);

    clock.advance(91 * 86_400_000);

    await expect(first.describeExecution(started)).rejects.toMatchObject({ name: "ExecutionDoesNotExist" });
    const again = await first.startExecution({ stateMachineArn, name: "one" });
    expect(await first.completion(again.executionArn)).toMatchObject({ status: "SUCCEEDED" });
    await first.close();
    const { service: second } = embedded({}, { dataDir, start: clock.now().toISOString() });
    expect((await second.listExecutions({ stateMachineArn })).executions).toHaveLength(1);
    await second.close();
    clock.advance(91 * 86_400_000);
    await embedded({}, { dataDir, start: clock.now().toISOString() }).service.close();
    expect(await readdir(join(dataDir, "histories"))).toEqual([]);
  });
});

describe("a process that is killed", () => {
  const program = `
    import { createStepFunctions } from "@sfs3/local";
    const [dataDir, definition] = process.argv.slice(1);
    const owner = { region: "us-east-1", accountId: "123456789012" };
    const iot = { publish: async () => {} };
    const service = createStepFunctions({ ...owner, iot, lambda: { invoke: async () => ({ payload: "{}" }) }, dataDir });
    const { stateMachineArn } = await service.createStateMachine({ name: "Waits", definition });
    const names = Array.from({ length: 50 }, (_, index) => "run-" + index);
    await Promise.all(names.map((name) => service.startExecution({ stateMachineArn, name, input: JSON.stringify(name) })));
    console.log("started");
    setInterval(() => {}, 1000);
  `;

  test("leaves its running executions ABORTED with the reason, none of them lost", async () => {
    const dataDir = await useFolder();
    const child = spawn(process.execPath, ["--input-type=module", "-e", program, dataDir, definitionOf(WAITING)], {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");

    const { service } = embedded({}, { dataDir });

    const stateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:Waits";
    const { executions } = await service.listExecutions({ stateMachineArn, statusFilter: "ABORTED" });
    expect(executions).toHaveLength(50);
    for (const { executionArn, name } of executions) {
      expect(await service.describeExecution({ executionArn })).toMatchObject({
        input: JSON.stringify(name),
        error: "Sfs3.ProcessKilled",
        cause: expect.stringContaining("Redrive the execution"),
        redriveStatus: "REDRIVABLE",
      });
      const { events } = await service.getExecutionHistory({ executionArn });
      expect(events[0]).toMatchObject({ type: "ExecutionStarted", id: 1 });
      expect(events.at(-1)).toMatchObject({ type: "ExecutionAborted", id: events.length });
    }
    await service.close();
  });
});

describe("a log", () => {
  const recordsOf = (dataDir: string) => join(dataDir, "records.jsonl");

  test("with a torn last line loses that line only", async () => {
    const dataDir = await useFolder();
    const { service: first } = embedded({}, { dataDir });
    const executionArn = await startWaiting(first);
    await first.createStateMachine({ name: "Orders", definition });
    await first.getExecutionHistory({ executionArn });
    // As a kill leaves them: nothing is said to have ended, and the last lines are cut.
    const records = await readFile(recordsOf(dataDir));
    const historyFile = join(dataDir, "histories", "1.log");
    const events = await readFile(historyFile);
    await first.close();
    await writeFile(recordsOf(dataDir), records);
    await appendFile(recordsOf(dataDir), "stateMachine arn:aws:");
    await writeFile(historyFile, events);
    await truncate(historyFile, events.length - 10);

    const { service: second } = embedded({}, { dataDir });

    expect((await second.listStateMachines()).stateMachines.map(({ name }) => name)).toEqual(["Waits", "Orders"]);
    const types = (await second.getExecutionHistory({ executionArn })).events.map(({ type }) => type);
    expect(types).toEqual(["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "ExecutionAborted"]);
    await second.close();
  });

  test("whose execution had ended before anybody was told says how", async () => {
    const dataDir = await useFolder();
    const { service: first } = embedded({}, { dataDir });
    const { stateMachineArn } = await first.createStateMachine({ name: "Orders", definition });
    const started = await first.startExecution({ stateMachineArn });
    const records = await readFile(recordsOf(dataDir));
    await first.completion(started.executionArn);
    await first.close();
    await writeFile(recordsOf(dataDir), records);

    const { service: second } = embedded({}, { dataDir });

    expect(await second.describeExecution(started)).toMatchObject({ status: "SUCCEEDED", output: "{}" });
    await second.close();
  });

  test("is compacted when it is opened", async () => {
    const dataDir = await useFolder();
    const { service: first } = embedded({}, { dataDir });
    const { stateMachineArn } = await first.createStateMachine({ name: "Orders", definition });
    for (let count = 0; count < 20; count++)
      await first.updateStateMachine({ stateMachineArn, roleArn: `role-${count}` });
    await first.close();
    await embedded({}, { dataDir }).service.close();
    await embedded({}, { dataDir }).service.close();

    const lines = (await readFile(recordsOf(dataDir), "utf8")).trim().split("\n");

    expect(lines.map((line) => line.split(" ")[0])).toEqual(["stateMachine", "revision"]);
  });

  test.each(["activity", "activity a {"])("that holds %j is refused, with the line and a way out", async (text) => {
    const dataDir = await useFolder();
    await writeFile(recordsOf(dataDir), `activity a \n${text}\n`);

    expect(() => embedded({}, { dataDir })).toThrow(
      `${recordsOf(dataDir)}:2 is damaged. Delete that line, or the folder to begin anew.`,
    );
  });

  test("that cannot be written is told, and the request that needed it fails", async () => {
    const dataDir = await useFolder();
    const warnings: string[] = [];
    const { service } = embedded({}, { dataDir, warn: (message) => warnings.push(message) });
    const { stateMachineArn } = await service.createStateMachine({ name: "Orders", definition });
    await service.close();

    await expect(service.startExecution({ stateMachineArn })).rejects.toThrow("it was closed before");

    expect(warnings.join()).toContain(`Step Functions could not write to ${dataDir}: it was closed before`);
  });
});

test("ten thousand ended executions are there again for less than 300 ms of work", async () => {
  const dataDir = await useFolder();
  const { service: first } = embedded({}, { dataDir });
  const { stateMachineArn } = await first.createStateMachine({ name: "Orders", definition });
  const { executionArn } = await first.startExecution({ stateMachineArn, name: "run-1" });
  await first.completion(executionArn);
  await first.close();
  const log = await readFile(join(dataDir, "records.jsonl"), "utf8");
  const lines = log.split("\n").filter((line) => line.startsWith("execution "));
  const copies = Array.from({ length: 9_999 }, (_, index) =>
    lines.map((line) =>
      line
        .replace("execution 1 ", `execution ${index + 2} `)
        .replace('"id":1,', `"id":${index + 2},`)
        .replaceAll("run-1", `run-${index + 2}`),
    ),
  );
  await appendFile(join(dataDir, "records.jsonl"), `${copies.flat().join("\n")}\n`);

  // Of this process only: what else runs on the machine is not the service's cost.
  const before = process.cpuUsage();
  const { service: second } = embedded({}, { dataDir });
  const { user, system } = process.cpuUsage(before);

  const { executions, nextToken } = await second.listExecutions({ stateMachineArn, maxResults: 1_000 });
  expect([executions.length, executions[0]?.name, nextToken]).toEqual([1_000, "run-10000", expect.any(String)]);
  expect((user + system) / 1_000).toBeLessThan(300);
  await second.close();
});

test("without a data folder nothing is written", async () => {
  const service = createStepFunctions({
    region: "us-east-1",
    accountId: "123456789012",
    lambda: { invoke: async () => ({ payload: "{}" }) },
    iot: { publish: async () => {} },
  });
  const { stateMachineArn } = await service.createStateMachine({ name: "Orders", definition });
  const { executionArn } = await service.startExecution({ stateMachineArn, input: "5" });

  expect(await service.completion(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "5" });
  expect(await service.completion(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "5" });
  await service.close();
});
