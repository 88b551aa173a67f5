import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CASES } from "./engine-cases.mjs";

const ROUNDS = 5;
/** What aws-local-stepfunctions needs. */
const NODE = "22";

/**
 * Prints executions a second of this engine beside aws-local-stepfunctions, where both can do the work. Ours writes an
 * AWS-shaped history meanwhile, theirs none.
 */
export function measureEngines() {
  const script = fileURLToPath(import.meta.url);
  const isNewEnough = Number(process.versions.node.split(".")[0]) >= Number(NODE);
  const [command, ...args] = isNewEnough
    ? [process.execPath, script]
    : ["npx", "--yes", `--package=node@${NODE}`, "node", script];
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`Comparing the engines ended with ${status}.`);
}

async function main() {
  const { StateMachine } = await import("aws-local-stepfunctions");
  const { compile, execute } = await import("@sfs3/local/asl");
  console.log(`Node ${process.version}, the better of ${ROUNDS} rounds in turns.\n`);
  console.log("| machine | ours, executions/s | aws-local-stepfunctions, executions/s | ours / theirs |");
  console.log("| --- | --- | --- | --- |");
  for (const { name, executions, ...work } of CASES) {
    const engines = [ours({ compile, execute }, work), theirs(StateMachine, work)];
    const rates = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, run] of engines.entries()) {
        rates[index] = Math.max(rates[index], await rateOf(run, executions));
      }
    }
    const [own, other] = rates;
    console.log(`| ${name} | ${own.toFixed(0)} | ${other.toFixed(0)} | ${(own / other).toFixed(2)} |`);
  }
}

async function rateOf(run, executions) {
  const start = performance.now();
  for (let count = 0; count < executions; count++) await run();
  return (executions * 1000) / (performance.now() - start);
}

function ours({ compile, execute }, { definition, input, tasks }) {
  let calls = 0;
  const machine = compile(definition, (arn) => ({
    resourceType: "lambda",
    resource: arn,
    events: "LambdaFunction",
    waitsForTaskToken: false,
    run: async ({ arguments: args }) => {
      calls += 1;
      return args;
    },
  }));
  const context = {
    Execution: { Id: "", Input: input, Name: "", RoleArn: "", StartTime: new Date().toISOString(), RedriveCount: 0 },
    StateMachine: { Id: "", Name: "" },
  };
  return async () => {
    calls = 0;
    const events = [];
    const { status } = await execute(machine, { input, context, onEvent: (event) => events.push(event) });
    check(status === "SUCCEEDED" && calls === tasks && events.at(-1).type === "ExecutionSucceeded");
  };
}

function theirs(StateMachine, { definition, input, tasks }) {
  let calls = 0;
  const machine = new StateMachine(definition);
  const handler = async (args) => {
    calls += 1;
    return args;
  };
  const taskResourceLocalHandlers = Object.fromEntries(taskNames(definition).map((name) => [name, handler]));
  return async () => {
    calls = 0;
    await machine.run(input, { overrides: { taskResourceLocalHandlers } }).result;
    check(calls === tasks);
  };
}

function taskNames({ States }) {
  return Object.entries(States).flatMap(([name, state]) =>
    state.Type === "Task"
      ? [name]
      : [...(state.Branches ?? []), ...(state.Iterator ? [state.Iterator] : [])].flatMap(taskNames),
  );
}

function check(holds) {
  if (!holds) throw new Error("An execution did not do what it is measured for.");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
