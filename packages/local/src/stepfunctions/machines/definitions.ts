import { InvalidDefinitionError, type StateMachine } from "../../asl/index.js";
import { StepFunctionsError } from "../service-error.js";
import { checkExpress } from "./express-definition.js";

export type StateMachineType = "STANDARD" | "EXPRESS";

/** Compiles a definition with all that the service lets its machines reach. @throws InvalidDefinitionError */
export type CompileMachine = (definition: string) => StateMachine;

/** Its task resources depend on the machine's name where they are mocked. */
export type CompilerOf = (machineName: string) => CompileMachine;

/** Compiles a definition for machines of a type. @throws InvalidDefinitionError */
export function compileFor(type: StateMachineType, definition: string, compile: CompileMachine): StateMachine {
  const machine = compile(definition);
  if (type === "EXPRESS") checkExpress(JSON.parse(definition));
  return machine;
}

/** The same, refused as the API refuses. */
export function compileOrRefuse(type: StateMachineType, definition: string, compile: CompileMachine): StateMachine {
  try {
    return compileFor(type, definition, compile);
  } catch (error) {
    if (!(error instanceof InvalidDefinitionError)) throw error;
    throw new StepFunctionsError("InvalidDefinition", `Invalid State Machine Definition: '${error.message}'`);
  }
}
