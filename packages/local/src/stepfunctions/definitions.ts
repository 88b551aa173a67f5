import { compile, InvalidDefinitionError, type ResolveTask, type StateMachine } from "../asl/index.js";
import { checkExpress } from "./express-definition.js";
import { StepFunctionsError } from "./service-error.js";

export type StateMachineType = "STANDARD" | "EXPRESS";

/** Compiles a definition for machines of a type. @throws InvalidDefinitionError */
export function compileFor(type: StateMachineType, definition: string, resolveTask: ResolveTask): StateMachine {
  const machine = compile(definition, resolveTask);
  if (type === "EXPRESS") checkExpress(JSON.parse(definition));
  return machine;
}

/** The same, refused as the API refuses. */
export function compileOrRefuse(type: StateMachineType, definition: string, resolveTask: ResolveTask): StateMachine {
  try {
    return compileFor(type, definition, resolveTask);
  } catch (error) {
    if (!(error instanceof InvalidDefinitionError)) throw error;
    throw new StepFunctionsError("InvalidDefinition", `Invalid State Machine Definition: '${error.message}'`);
  }
}
