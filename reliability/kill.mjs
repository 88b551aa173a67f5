import { setTimeout as sleep } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { assemble } from "@sfs3/sdk/api";
import mqtt from "mqtt";
import { BrokerLink } from "./broker-link.mjs";
import { readOptions } from "./options.mjs";
import { Stack } from "./stack.mjs";
import { LOCAL, statusesOf } from "./statuses.mjs";
import { workInFolder } from "./work-in-folder.mjs";
import { carryThrough, clientOf, WORKLOADS } from "./workload.mjs";

const USAGE = `Kills the local stack, its workers and its connections at random moments while processes run, and tells what is left.

Usage: npm run kill -- [--executions <number>] [--at-once <number>] [--keep]

  --executions  of each process (default 500)
  --at-once     how many of each are under way (default 25)
  --keep        keeps the data folder and the stack's log, and prints where they are`;

const options = readOptions(process.argv.slice(2), { usage: USAGE, numbers: { executions: 500, "at-once": 25 } });

const DYING_WORKER = new URL("dying-worker.mjs", import.meta.url).href;

/** Between two kills of the stack, and between two cuts of the connections; random within. Unit: milliseconds. */
const KILL_MS = { least: 5_000, most: 30_000 };
const CUT_MS = { least: 500, most: 3_000 };

const run = async (folder, interrupted) => {
  const stack = new Stack(folder, ["--import", DYING_WORKER]);
  await stack.start();
  const link = new BrokerLink(stack.ready.port);
  await link.open();
  const over = new AbortController();
  const chaos = [
    repeat(KILL_MS, over.signal, () => killAndStart(stack)),
    repeat(CUT_MS, over.signal, () => link.cut()),
  ];
  try {
    // What makes the chaos fails the run where it fails itself, as does Ctrl-C.
    const failing = [...chaos, aborted(interrupted)].map((ending) => ending.then(() => new Promise(() => {})));
    const results = await Promise.race([workAll({ stack, link }), ...failing]);
    over.abort();
    await Promise.all(chaos);
    const checked = await checkAll(stack, results);
    return { checked, kills: stack.kills, cuts: link.cuts, workerDeaths: await stack.workerDeaths() };
  } finally {
    over.abort();
    await Promise.allSettled(chaos);
    await link.close();
    await stack.stop();
  }
};

const aborted = (signal) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

const killAndStart = async (stack) => {
  await stack.kill();
  await stack.start();
};

const repeat = async ({ least, most }, signal, act) => {
  while (!signal.aborted) {
    const paused = sleep(least + Math.random() * (most - least), undefined, { signal });
    const goesOn = await paused.then(
      () => true,
      () => false,
    );
    if (goesOn) await act();
  }
};

const workAll = (world) => Promise.all(WORKLOADS.map((workload) => work(workload, world)));

const work = async (workload, { stack, link }) => {
  const client = clientOf(workload, { ready: stack.ready, link });
  const words = listen(workload, link.via(stack.ready.mqttWebSocketUrl));
  const redrive = (executionArn) => redriveOne(stack, executionArn);
  const startAnew = (executionArn, name) => startAnewOn(stack, executionArn, name);
  const executions = [];
  let next = 0;
  const worker = async () => {
    while (next < options.executions) {
      const index = next++;
      const input = workload.input(index);
      executions.push({
        index,
        ...(await carryThrough(client, { input, idempotencyKey: `${workload.name}-${index}`, redrive, startAnew })),
      });
      if (executions.length % 50 === 0) console.error(`${workload.name}: ${executions.length} done`);
    }
  };
  await Promise.all(Array.from({ length: options["at-once"] }, worker));
  await client.close();
  await words.close();
  return { workload, executions, heard: words.heard };
};

/** All words of an end that a subscriber hears which stays where the connections are cut, too. */
const listen = ({ topicRoot }, url) => {
  const heard = [];
  const subscriber = mqtt.connect(url, { reconnectPeriod: 100 });
  // A connection that is cut is an error to it; it connects and subscribes again.
  subscriber.on("error", () => {});
  subscriber.on("message", (topic, payload) => void heard.push({ topic, word: payload.toString() }));
  subscriber.subscribe(`${topicRoot}/+`, { qos: 1 });
  return { heard, close: () => subscriber.endAsync(true) };
};

/** While the stack is away, a request is made again; `known` is what tells that an earlier one was carried out. */
const askSurely = async (stack, command, known) => {
  for (;;) {
    try {
      return await new SFNClient({ ...LOCAL, endpoint: stack.ready.url }).send(command);
    } catch (error) {
      if (error.name === known) return undefined;
      const status = error.$metadata?.httpStatusCode;
      if (status !== undefined && status < 500) throw error;
      await sleep(100);
    }
  }
};

const redriveOne = (stack, executionArn) =>
  askSurely(stack, new RedriveExecutionCommand({ executionArn }), "ExecutionNotRedrivable");

const startAnewOn = async (stack, failedArn, name) => {
  const { stateMachineArn, input } = await askSurely(stack, new DescribeExecutionCommand({ executionArn: failedArn }));
  await askSurely(stack, new StartExecutionCommand({ stateMachineArn, name, input }), "ExecutionAlreadyExists");
  return `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
};

const checkAll = async (stack, results) => {
  const rows = [];
  for (const result of results) rows.push(await check(stack, result));
  return rows;
};

const check = async (stack, { workload, executions, heard }) => {
  const s3 = new S3Client({ ...LOCAL, endpoint: stack.ready.url, forcePathStyle: true });
  const whole = [];
  for (const { transactionId, index } of executions) {
    const document = await assemble(workload.keyOf(transactionId), { bucketName: "sfs3", s3 });
    whole.push(workload.isWhole(document, index));
  }
  const statuses = await statusesOf(stack, workload.name);
  return {
    name: workload.name,
    executions: executions.length,
    transactions: new Set(executions.map(({ transactionId }) => transactionId)).size,
    succeeded: executions.filter(({ execution }) => statuses.get(execution) === "SUCCEEDED").length,
    whole: whole.filter(Boolean).length,
    redriven: executions.reduce((sum, { ends }) => sum + ends.filter((end) => end === "ABORTED").length, 0),
    anew: executions.reduce((sum, { ends }) => sum + ends.filter((end) => end === "FAILED").length, 0),
    successesTold: executions.reduce((sum, { ends }) => sum + ends.filter((end) => end === "SUCCEEDED").length, 0),
    saidTwice: repeated(heard.filter(({ word }) => word === "SUCCEEDED").map(({ topic }) => topic)),
  };
};

const repeated = (values) => values.length - new Set(values).size;

const print = ({ checked, kills, cuts, workerDeaths }) => {
  console.log(
    `The stack was killed ${kills} times, ${workerDeaths} workers died, and connections to the broker were cut ${cuts} times.\n`,
  );
  console.log(
    "| process | executions | succeeded in the end | sidecars whole | redriven | started anew | successes told to the client | said twice on the wire |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const row of checked) {
    const { name, executions, succeeded, whole, redriven, anew, successesTold, saidTwice } = row;
    console.log(`| ${[name, executions, succeeded, whole, redriven, anew, successesTold, saidTwice].join(" | ")} |`);
  }
};

/** What has ended before anything was killed shows nothing. */
const hasKilled = ({ kills, workerDeaths, cuts }) => [kills, workerDeaths, cuts].every((count) => count > 0);

const isGood = ({ checked }) =>
  checked.length === WORKLOADS.length &&
  checked.every((row) =>
    [row.executions, row.transactions, row.succeeded, row.whole, row.successesTold].every(
      (count) => count === options.executions,
    ),
  );

const GOOD = "nothing lost, every end told once";

const verdictOn = (report) => {
  if (!isGood(report)) return "NOT as promised, see the table";
  return hasKilled(report) ? GOOD : "nothing shown, since all ended too soon; give more --executions";
};

await workInFolder("kill", options, async (folder, interrupted) => {
  const report = await run(folder, interrupted);
  print(report);
  console.log(`\nkill: ${verdictOn(report)}`);
  return verdictOn(report) === GOOD ? 0 : 1;
});
