import { isJsonObject, type JsonObject, StateFailure, type TaskRequest, type TaskRunner } from "../../asl/index.js";
import { StepFunctionsError } from "../service-error.js";
import type { MockConfig, MockedOutcome } from "./mock-config.js";
import { type MockTable, readMocks } from "./read-mocks.js";

interface Target {
  readonly stateMachineArn: string;
  /** What follows `#` in the ARN. */
  readonly testCase: string | undefined;
}

interface MockedTask {
  readonly machineName: string;
  readonly stateName: string;
  readonly resourceArn: string;
}

export interface Mocks {
  /** Splits the ARN that an execution is started on. @throws StepFunctionsError where there is no such test case */
  target(arn: string): Target;
  /** Tells which test case an execution runs, until its completion. */
  begin(executionArn: string, testCase: string | undefined, completion: Promise<unknown>): void;
  /** Plays a state's mock; `actual` does the work where there is one and the execution's test case mocks nothing. */
  mocked(task: MockedTask, actual: TaskRunner | undefined): TaskRunner | undefined;
}

interface MockedExecution {
  readonly testCase: string | undefined;
  /** How often each state has been invoked. */
  readonly invocations: Map<string, number>;
}

const NONE: MockTable = { machines: new Map(), resources: new Map(), responses: new Map() };

export function createMocks(config: MockConfig | string | undefined): Mocks {
  const table = config === undefined ? NONE : readMocks(config);
  const executions = new Map<string, MockedExecution>();

  // A child execution of a Map has an ARN of its own, on which nobody started it.
  const executionOf = (arn: string): MockedExecution => {
    const execution = executions.get(arn) ?? { testCase: undefined, invocations: new Map() };
    executions.set(arn, execution);
    return execution;
  };

  const responseOf = ({ machineName, stateName, resourceArn }: MockedTask, testCase: string | undefined) => {
    const machine = table.machines.get(machineName);
    const states = machine?.testCases.get(testCase ?? machine.defaultTestCase ?? "");
    return states?.get(stateName) ?? table.resources.get(resourceArn);
  };

  const play = (task: MockedTask, actual: TaskRunner | undefined): TaskRunner => {
    return async (request) => {
      const { testCase, invocations } = executionOf(executionArnOf(request.context));
      const response = responseOf(task, testCase);
      if (response === undefined) {
        if (actual !== undefined) return actual(request);
        throw runtime(`no mock for the state "${task.stateName}" in the test case "${testCase ?? "(none)"}"`);
      }
      const invocation = invocations.get(task.stateName) ?? 0;
      invocations.set(task.stateName, invocation + 1);
      return answer(outcomeOf(table, response, invocation), request, task.resourceArn);
    };
  };

  return {
    target: (arn) => {
      const [stateMachineArn = "", testCase] = arn.split("#");
      if (testCase === undefined) return { stateMachineArn, testCase };
      const name = stateMachineArn.split(":").at(-1) ?? "";
      const known = [...(table.machines.get(name)?.testCases.keys() ?? [])];
      if (known.includes(testCase)) return { stateMachineArn, testCase };
      const problem = `There is no test case "${testCase}" for the state machine "${name}" in the mocks`;
      throw new StepFunctionsError("ValidationException", `${problem}; there are: ${known.join(", ") || "none"}.`);
    },
    begin: (executionArn, testCase, completion) => {
      if (executions.has(executionArn)) return;
      executions.set(executionArn, { testCase, invocations: new Map() });
      void completion.finally(() => executions.delete(executionArn));
    },
    mocked: (task, actual) => {
      const testCases = [...(table.machines.get(task.machineName)?.testCases.values() ?? [])];
      const isMocked = table.resources.has(task.resourceArn) || testCases.some((states) => states.has(task.stateName));
      return isMocked ? play(task, actual) : actual;
    },
  };
}

const executionArnOf = ({ Execution }: JsonObject): string => (isJsonObject(Execution) ? String(Execution.Id) : "");

function outcomeOf({ responses }: MockTable, response: string, invocation: number): MockedOutcome {
  const found = responses.get(response)?.find(({ first, last }) => first <= invocation && invocation <= last);
  if (found !== undefined) return found.outcome;
  throw runtime(`no outcome in the mocked response "${response}" for invocation ${invocation}; add "${invocation}-"`);
}

const SUBMITS = /\.(sync(:\d+)?|waitForTaskToken)$/;

/** As Step Functions Local has it, the outcome is the task's final one: nobody waits for a token or a job. */
function answer(outcome: MockedOutcome, request: TaskRequest, resourceArn: string) {
  if (SUBMITS.test(resourceArn)) request.submitted({});
  if ("Return" in outcome) return outcome.Return;
  throw new StateFailure(outcome.Throw.Error, outcome.Throw.Cause);
}

const runtime = (problem: string) => new StateFailure("States.Runtime", `There is ${problem}.`, { catchable: false });
