import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startLocalStack } from "@sfs3/local";
import { table } from "../report/markdown.mjs";

const EXECUTIONS = 300;
const WARM_UP = 50;
const TASKS = 6;

/** How many executions of six no-op Tasks the local stack finishes in a second, one at a time and eight at once. */
export const localStack = {
  name: "local-stack",
  title: "executions a second of the local stack",
  async measure() {
    const dataDir = await mkdtemp(join(tmpdir(), "sfs3-bench-"));
    const stack = await startLocalStack({ dataDir });
    try {
      const rows = await measureIn(stack);
      return { markdown: table(["executions at once", "executions/s", "Tasks/s"], rows), ratios: [], aims: [] };
    } finally {
      await stack.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

async function measureIn(stack) {
  const functionArn = stack.lambda.createFunction({
    name: "no-op",
    handler: { module: fileURLToPath(new URL("../handlers/no-op.mjs", import.meta.url)), path: ["handler"] },
  });
  const definition = JSON.stringify(machineOf(functionArn));
  const { stateMachineArn } = await stack.stepFunctions.createStateMachine({
    name: "NoOps",
    definition,
    roleArn: stack.roleArn,
  });
  const execute = () => execution(stack.stepFunctions, stateMachineArn);
  await inTurns(WARM_UP, 8, execute);
  const rows = [];
  for (const atOnce of [1, 8]) {
    const start = performance.now();
    await inTurns(EXECUTIONS, atOnce, execute);
    const perSecond = (EXECUTIONS * 1000) / (performance.now() - start);
    rows.push([atOnce, perSecond.toFixed(0), (perSecond * TASKS).toFixed(0)]);
  }
  return rows;
}

async function execution(stepFunctions, stateMachineArn) {
  const { executionArn } = await stepFunctions.startExecution({ stateMachineArn, input: '{"processData":"0xbench"}' });
  const { status, error, cause } = await stepFunctions.completion(executionArn);
  if (status !== "SUCCEEDED") throw new Error(`An execution ended ${status}: ${error}: ${cause}`);
}

async function inTurns(count, atOnce, work) {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function machineOf(functionArn) {
  const names = Array.from({ length: TASKS }, (_, index) => `Task${index + 1}`);
  const task = (next) => ({
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: functionArn, Payload: "{% $states.input %}" },
    Output: "{% $states.result.Payload %}",
    TimeoutSeconds: 30,
    ...(next === undefined ? { End: true } : { Next: next }),
  });
  const States = Object.fromEntries(names.map((name, index) => [name, task(names[index + 1])]));
  return { QueryLanguage: "JSONata", StartAt: names[0], States };
}
