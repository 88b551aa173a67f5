import {
  type Clock,
  type Inspection,
  InvalidDefinitionError,
  type JsonObject,
  type ResolveTask,
  type TestStateOutcome,
  testState,
} from "../../asl/index.js";
import { parseInput } from "../executions/launch.js";
import type { Owner } from "../names.js";
import { StepFunctionsError } from "../service-error.js";
import { type StateUnderTest, stateUnderTest } from "./state-under-test.js";
import { checkContext, defaultContext } from "./test-context.js";
import { answersLater, checkTest, parseObject, readMock } from "./test-rules.js";
import type { TestStateInput } from "./test-state-input.js";

interface TestHost {
  readonly owner: Owner;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newTaskToken: () => string;
  readonly resolveTask: ResolveTask;
}

export const testOperations = (host: TestHost) => ({
  /** Visits one state, with the real resource or with a mock in its place; nothing of it is kept. */
  testState: async (given: TestStateInput) => {
    const { inspectionLevel = "INFO", mock, stateConfiguration = {}, variables = "{}" } = given;
    const outcome = await refusingDefinitions(async () => {
      const tested = stateUnderTest(given);
      checkTest(given, tested);
      return testState({
        ...host,
        state: tested,
        input: parseInput(given.input ?? "{}"),
        variables: parseObject("variables", variables),
        context: contextOf(given, tested, host),
        mock: readMock(mock, tested),
        retries: stateConfiguration.retrierRetryCount,
        itemReaderData: stateConfiguration.mapItemReaderData,
        failedIterations: stateConfiguration.mapIterationFailureCount,
        signal: given.signal,
      });
    });
    return answerOf(outcome, { inspects: inspectionLevel !== "INFO" });
  },
});

async function refusingDefinitions<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvalidDefinitionError)) throw error;
    throw new StepFunctionsError("InvalidDefinition", `Invalid State Machine Definition: '${error.message}'`);
  }
}

function contextOf(given: TestStateInput, tested: StateUnderTest, host: TestHost): JsonObject {
  const hasToken = answersLater(tested);
  if (given.context === undefined) {
    const { name, definition } = tested;
    const input = parseInput(given.input ?? "{}");
    const retries = given.stateConfiguration?.retrierRetryCount ?? 0;
    return defaultContext(host, { name, type: definition.Type, hasToken, input, roleArn: given.roleArn, retries });
  }
  const context = parseObject("context", given.context);
  checkContext(context, { hasToken });
  return context;
}

function answerOf({ inspection, ...outcome }: TestStateOutcome, { inspects }: { inspects: boolean }) {
  const output = "output" in outcome ? { output: JSON.stringify(outcome.output) } : undefined;
  return { ...outcome, ...output, ...(inspects && { inspectionData: inspectionData(inspection) }) };
}

/** The wire has data as JSON text; numbers and the error's details stay as they are. */
function inspectionData(inspection: Inspection) {
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage, errorDetails, ...data } = inspection;
  const texts = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, JSON.stringify(value)]));
  return { ...texts, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage, errorDetails };
}
