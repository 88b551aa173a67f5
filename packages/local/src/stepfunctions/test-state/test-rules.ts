import { isJsonObject, type Json, type JsonObject, type Mock } from "../../asl/index.js";
import { everyState } from "../machines/every-state.js";
import { constraintViolation, type ServiceErrorCode, StepFunctionsError } from "../service-error.js";
import { checkMockedResponse } from "./mocked-response.js";
import type { StateUnderTest } from "./state-under-test.js";
import type { MockInput, TestStateInput } from "./test-state-input.js";

interface Rule {
  readonly isBroken: (given: TestStateInput, tested: StateUnderTest) => boolean;
  readonly message: string | ((tested: StateUnderTest) => string);
  /** Default: `ValidationException`. */
  readonly code?: ServiceErrorCode;
}

const MOCKABLE: readonly unknown[] = ["Task", "Map", "Parallel"];
const FAN_OUTS: readonly unknown[] = ["Map", "Parallel"];

/** Resources that work on after their task has started. */
const LATER = /(:activity:[^:]+|\.waitForTaskToken|\.sync(:\d+)?)$/;

export const answersLater = ({ definition: { Resource } }: StateUnderTest): boolean =>
  typeof Resource === "string" && LATER.test(Resource);

/** What AWS asks of a test. Source: API reference of TestState. */
const RULES: readonly Rule[] = [
  {
    isBroken: ({ mock }, { definition }) => mock === undefined && FAN_OUTS.includes(definition.Type),
    code: "InvalidDefinition",
    message:
      "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]",
  },
  {
    isBroken: ({ mock }, tested) => mock === undefined && answersLater(tested),
    code: "InvalidDefinition",
    message:
      "TestState API supports activities and the .sync and .waitForTaskToken service integration patterns only with a mock",
  },
  {
    isBroken: ({ mock }, { definition }) => mock !== undefined && !MOCKABLE.includes(definition.Type),
    message: ({ definition }) => `State type '${definition.Type}' is not supported when a mock is specified`,
  },
  {
    isBroken: ({ mock }) => mock !== undefined && (mock.result === undefined) === (mock.errorOutput === undefined),
    message: "A test mock should have only one of the following fields: [result, errorOutput].",
  },
  {
    isBroken: ({ mock, revealSecrets }) => mock !== undefined && revealSecrets === true,
    message: "TestState does not support RevealSecrets when a mock is specified.",
  },
  {
    isBroken: ({ mock, roleArn }, { definition }) =>
      mock === undefined && roleArn === undefined && definition.Type === "Task",
    message: "RoleArn must be specified when testing a Task state",
  },
  {
    isBroken: ({ mock, context }) => mock === undefined && context !== undefined,
    message: "A Context object can only be specified when a mock is specified",
  },
  {
    isBroken: ({ stateConfiguration }, { definition }) =>
      stateConfiguration?.errorCausedByState !== undefined &&
      !innerStates(definition).includes(stateConfiguration.errorCausedByState),
    message: "errorCausedByState must name a state inside the Map or Parallel state that is tested",
  },
];

const innerStates = (definition: JsonObject): readonly string[] =>
  everyState({ States: { tested: definition } })
    .slice(1)
    .map(({ name }) => name);

/** @throws ValidationException, InvalidDefinition */
export function checkTest(given: TestStateInput, tested: StateUnderTest): void {
  const broken = RULES.find(({ isBroken }) => isBroken(given, tested));
  if (broken !== undefined) {
    const { code = "ValidationException", message } = broken;
    throw new StepFunctionsError(code, typeof message === "string" ? message : message(tested));
  }
  for (const name of ["retrierRetryCount", "mapIterationFailureCount"] as const) {
    const count = given.stateConfiguration?.[name];
    if (count === undefined || (Number.isInteger(count) && count >= 0)) continue;
    throw constraintViolation(name, count, "Member must have value greater than or equal to 0");
  }
}

/** @throws ValidationException where the mocked result is not what the state could get */
export function readMock(mock: MockInput | undefined, tested: StateUnderTest): Mock | undefined {
  if (mock === undefined) return undefined;
  const { result, errorOutput, fieldValidationMode = "STRICT" } = mock;
  if (result === undefined) return { type: "error", error: errorOutput?.error, cause: errorOutput?.cause };
  const value = parseJson("mock.result", result);
  checkShape(value, tested.definition);
  const { Resource: resource } = tested.definition;
  if (typeof resource === "string") checkMockedResponse(resource, value, fieldValidationMode);
  return { type: "result", result: value };
}

function checkShape(result: Json, { Type, Branches, ResultWriter }: JsonObject): void {
  const problem = FAN_OUTS.includes(Type) ? shapeProblem(result, { Branches, ResultWriter }) : undefined;
  if (problem !== undefined) throw new StepFunctionsError("ValidationException", problem);
}

function shapeProblem(result: Json, { Branches, ResultWriter }: Partial<JsonObject>): string | undefined {
  if (ResultWriter !== undefined) return isJsonObject(result) ? undefined : "Mocked result must be a JSON object.";
  if (!Array.isArray(result)) return "Mocked result must be an array.";
  if (!Array.isArray(Branches) || Branches.length === result.length) return undefined;
  return "Mocked result must contain the same number of items as number of Parallel branches.";
}

/** @throws ValidationException */
export function parseJson(name: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw constraintViolation(name, text, "Member must be JSON");
  }
}

/** @throws ValidationException */
export function parseObject(name: string, text: string): JsonObject {
  const value = parseJson(name, text);
  if (isJsonObject(value)) return value;
  throw constraintViolation(name, text, "Member must be a JSON object");
}
