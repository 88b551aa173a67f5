import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { difference } from "./compare.mjs";

const REPOSITORY = new URL("../../../", import.meta.url);

/** Folder of the recorded executions. They are not part of this repository and may lie beside its checkout. */
export const CASES_FOLDER =
  process.env.SFS3_ASL_CASES ?? fileURLToPath(new URL("../shared/asl-cases/cases", REPOSITORY));

export const casesAvailable = () => existsSync(CASES_FOLDER);

/** Whether a case needs objects in S3, of which the recordings hold none. */
export const readsObjects = ({ features }) => features.includes("ItemReader");

// What the tasks of a distributed Map's children answered is not recorded either.
const isSelfContained = (recorded) =>
  recorded.features.includes("map-distributed") && !readsObjects(recorded) && !recorded.features.includes("state:Task");

/** Every recorded execution that can be run without AWS. The engine runs distributed Maps, others may not. */
export function loadCases(folder = CASES_FOLDER) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))
    .filter((recorded) => recorded.runnable || isSelfContained(recorded));
}

/** The recorded distributed Maps over objects, to be run with objects made up from their outputs. */
export const loadReaderCases = (folder = CASES_FOLDER) =>
  JSON.parse(readFileSync(join(folder, "map_distributed.json"), "utf8")).filter(readsObjects);

/** Whether a case is written in JSONata alone. */
export const isJsonataOnly = ({ features }) => features.includes("jsonata") && !features.includes("jsonpath");

/**
 * Runs one case on an engine and compares the outcome with AWS's.
 *
 * @param objects what its distributed Maps read and write; default: nothing to read, all may be written
 * @returns id, category and, where it differs, the reason
 */
export async function runCase(engine, recorded, objects = WRITE_ONLY) {
  const wildcards = new Set(recorded.wildcards ?? []);
  const outcomes = recordedOutcomes(recorded, wildcards);
  const reason = (await differenceOf(engine, recorded, { outcomes, objects, wildcards })) ?? outcomes.firstProblem();
  return { id: recorded.id, category: recorded.category, pass: reason === undefined, reason };
}

const WRITE_ONLY = {
  write: async (_object, body) => {
    for await (const _chunk of body);
  },
};

async function differenceOf(engine, recorded, { outcomes, objects, wildcards }) {
  const { compile, execute, systemClock } = engine;
  let machine;
  try {
    machine = compile(recorded.definition, outcomes.resolveTask, { objects });
  } catch (error) {
    return `definition refused: ${error.message}`;
  }
  const states = [];
  const outcome = await execute(machine, {
    input: recorded.input,
    context: completeContext(recorded.context),
    clock: isTimed(recorded) ? hurried(systemClock) : instant(systemClock),
    onEvent: ({ type, details }) => type.endsWith("StateEntered") && states.push(details.name),
  });
  return outcomeDifference(recorded, outcome, wildcards) ?? pathDifference(recorded, states);
}

function outcomeDifference({ expected }, outcome, wildcards) {
  if (expected.status !== outcome.status) {
    return `expected ${expected.status}, got ${JSON.stringify(outcome).slice(0, 300)}`;
  }
  for (const field of ["output", "error", "cause"].filter((name) => name in expected)) {
    const found = difference(expected[field], outcome[field], wildcards, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

function pathDifference({ stateSequence, features }, states) {
  if (stateSequence === undefined) return undefined;
  const expected = stateSequence.map(([, name]) => name);
  const inOrder = !features.some((feature) => feature === "state:Parallel" || feature === "state:Map");
  const text = (names) => JSON.stringify(inOrder ? names : [...names].sort());
  return text(expected) === text(states) ? undefined : `states: expected ${expected}, got ${states}`;
}

/** Hands out the recorded task results in their order, by state and input. */
function recordedOutcomes({ mocks }, wildcards) {
  const left = [...mocks];
  const problems = [];
  const fits = (mock, args) => !("params" in mock) || difference(mock.params, args, wildcards) === undefined;
  const run = async ({ stateName, arguments: args, signal }) => {
    const candidates = left.filter(({ state }) => state === stateName || state == null);
    const mock = candidates.find((candidate) => fits(candidate, args)) ?? candidates[0];
    if (mock === undefined) throw new Error(`nothing recorded for another attempt of ${stateName}`);
    left.splice(left.indexOf(mock), 1);
    if (!fits(mock, args)) problems.push(`task ${stateName}: ${difference(mock.params, args, wildcards)}`);
    if (mock.timeout || mock.pending) return new Promise((_, reject) => signal.addEventListener("abort", reject));
    if ("error" in mock) throw recordedFailure(mock);
    return mock.result;
  };
  return {
    resolveTask: (arn) => ({
      resourceType: arn.split(":")[5] ?? "",
      resource: arn.split(":")[6] ?? "",
      events: arn.startsWith("arn:aws:lambda:") ? "LambdaFunction" : "Task",
      waitsForTaskToken: arn.endsWith(".waitForTaskToken"),
      run,
    }),
    firstProblem: () => problems[0],
  };
}

function recordedFailure({ error, cause }) {
  const text = typeof cause === "string" || cause == null ? cause : JSON.stringify(cause);
  return Object.assign(new Error(error), { Error: error, Cause: text });
}

const completeContext = (context) => ({
  ...context,
  Execution: { RedriveCount: 0, ...context?.Execution },
  StateMachine: { ...context?.StateMachine },
});

const isTimed = ({ features, expected, mocks }) =>
  expected.status === "TIMED_OUT" ||
  features.some((feature) => /Timeout|Heartbeat/.test(feature)) ||
  mocks.some(({ timeout, pending }) => timeout || pending);

const instant = (clock) => ({ ...clock, sleep: async (_ms, signal) => signal.throwIfAborted() });

/** A second passes in 20 ms, so that a deadline still comes after what was to happen before it. */
const hurried = (clock) => ({
  ...clock,
  sleep: (ms, signal) => clock.sleep(ms / 50, signal),
  after: (ms, callback) => clock.after(ms / 50, callback),
});
