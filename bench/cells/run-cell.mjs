import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Runs one cell of a table, `cells/<name>.mjs`, in a process of its own, and returns what it answers. `url` is the stub's. What
 * steps log, they log: the lines are paid for, and dropped.
 */
export async function runCell(name, { bucket, url, ...task }) {
  const env = { ...process.env, ...environmentOf(bucket, url) };
  const stdio = ["ignore", "ignore", "inherit", "ipc"];
  const cell = fork(fileURLToPath(new URL(`${name}.mjs`, import.meta.url)), [JSON.stringify(task)], { env, stdio });
  // Its exit may be told before its answer.
  const answer = once(cell, "message");
  const [code, signal] = await once(cell, "exit");
  if (code !== 0) throw new Error(`The cell '${name}' of ${JSON.stringify(task)} ended with ${code ?? signal}.`);
  return (await answer)[0];
}

const environmentOf = (bucket, url) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  // It would be printed once a cell, hundreds of times.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  BUCKET_NAME: bucket,
  TOPIC_ROOT: "bench",
});

/**
 * Runs tasks in turns, round after round, and returns each task's answers. Interleaved, what the machine does besides falls on
 * all of them alike.
 */
export async function inRounds(rounds, tasks, run) {
  const answers = tasks.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, task] of tasks.entries()) answers[index].push(await run(task));
  }
  return answers;
}
