/** One cell of the comparison: an engine on a machine, in a process of its own. Prints its executions a second. */
import { CASES } from "./engine-cases.mjs";

const [, , engine, caseName] = process.argv;
const ENGINES = { ours, theirs };

const { executions, ...work } = CASES.find(({ name }) => name === caseName);
const run = await ENGINES[engine](work);
await rateOf(run, executions / 2);
console.log(await rateOf(run, executions));

async function rateOf(execute, count) {
  const start = performance.now();
  for (let done = 0; done < count; done++) await execute();
  return (count * 1000) / (performance.now() - start);
}

async function ours({ definition, input, tasks }) {
  const { compile, execute } = await import("@sfs3/local/asl");
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

async function theirs({ definition, input, tasks }) {
  const { StateMachine } = await import("aws-local-stepfunctions");
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
