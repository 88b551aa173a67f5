import { compile, isJsonObject, itemObjects, type Json, type JsonObject, type TaskResource } from "../../asl/index.js";
import { everyState } from "../machines/every-state.js";
import { StepFunctionsError } from "../service-error.js";
import type { TestStateInput } from "./test-state-input.js";

export interface StateUnderTest {
  readonly name: string;
  readonly definition: JsonObject;
  readonly language: "JSONata" | "JSONPath";
}

/** AWS's name of a state that is given without its machine. */
const LONE_STATE_NAME = "StateName";

/**
 * The state that is meant: the definition itself, or one of a whole machine at whatever depth.
 *
 * @throws InvalidDefinitionError, ValidationException
 */
export function stateUnderTest({ definition, stateName }: TestStateInput): StateUnderTest {
  if (stateName === undefined) return { ...parsed(definition), name: LONE_STATE_NAME };
  compile(definition, untested, { objects: itemObjects("") });
  const { definition: machine, language } = parsed(definition);
  const found = everyState(machine).find(({ name }) => name === stateName);
  if (found !== undefined) return { name: stateName, definition: found.state, language };
  throw new StepFunctionsError("ValidationException", "State not found in definition");
}

function parsed(definition: string): Omit<StateUnderTest, "name"> {
  const value = parseDefinition(definition);
  if (isJsonObject(value)) {
    return { definition: value, language: value.QueryLanguage === "JSONata" ? "JSONata" : "JSONPath" };
  }
  throw invalid("SCHEMA_VALIDATION_FAILED: an object is expected");
}

function parseDefinition(definition: string): Json {
  try {
    return JSON.parse(definition);
  } catch (error) {
    throw invalid(`INVALID_JSON_DESCRIPTION: ${error instanceof Error ? error.message : error}`);
  }
}

const invalid = (problem: string) =>
  new StepFunctionsError("InvalidDefinition", `Invalid State Machine Definition: '${problem}'`);

/** Stands for the resources of a whole machine, supported or not: what is tested is compiled anew, with its own. */
const untested = (arn: string): TaskResource => ({
  resourceType: arn,
  resource: arn,
  events: "Task",
  waitsForTaskToken: false,
  run: async () => {
    throw new Error(`${arn} belongs to a state that is not tested`);
  },
});
