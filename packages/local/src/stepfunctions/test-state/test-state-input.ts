import type { JsonObject } from "../../asl/index.js";
import { type Parameters, readParameters } from "../api/parameters.js";

export interface TestStateInput {
  /** JSON text of one state, or of a whole machine where `stateName` says which state of it. */
  readonly definition: string;
  /** Required for a Task without a mock. */
  readonly roleArn?: string | undefined;
  /** JSON text. Default: `{}`. */
  readonly input?: string | undefined;
  /** Default: `INFO`. */
  readonly inspectionLevel?: "INFO" | "DEBUG" | "TRACE" | undefined;
  readonly revealSecrets?: boolean | undefined;
  /** JSON text of an object. */
  readonly variables?: string | undefined;
  readonly stateName?: string | undefined;
  readonly mock?: MockInput | undefined;
  /** JSON text of the context object. */
  readonly context?: string | undefined;
  readonly stateConfiguration?: StateConfiguration | undefined;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface MockInput {
  /** JSON text. */
  readonly result?: string | undefined;
  readonly errorOutput?: { readonly error?: string | undefined; readonly cause?: string | undefined } | undefined;
  /** Default: `STRICT`. */
  readonly fieldValidationMode?: FieldValidationMode | undefined;
}

export type FieldValidationMode = "STRICT" | "PRESENT" | "NONE";

export interface StateConfiguration {
  readonly retrierRetryCount?: number | undefined;
  readonly errorCausedByState?: string | undefined;
  readonly mapIterationFailureCount?: number | undefined;
  /** What the ItemReader of a distributed Map finds in its object. */
  readonly mapItemReaderData?: string | undefined;
}

export const readTestStateInput = (p: Parameters): TestStateInput => ({
  definition: p.string("definition"),
  roleArn: p.optionalString("roleArn"),
  input: p.optionalString("input"),
  inspectionLevel: p.optionalOneOf("inspectionLevel"),
  revealSecrets: p.optionalBoolean("revealSecrets"),
  variables: p.optionalString("variables"),
  stateName: p.optionalString("stateName"),
  mock: structure(p, "TestState", "mock", readMock),
  context: p.optionalString("context"),
  stateConfiguration: structure(p, "TestState", "stateConfiguration", readConfiguration),
});

const readMock = (p: Parameters): MockInput => ({
  result: p.optionalString("result"),
  errorOutput: structure(p, "TestState.mock", "errorOutput", readErrorOutput),
  fieldValidationMode: p.optionalOneOf("fieldValidationMode"),
});

const readErrorOutput = (p: Parameters) => ({ error: p.optionalString("error"), cause: p.optionalString("cause") });

const readConfiguration = (p: Parameters): StateConfiguration => ({
  retrierRetryCount: p.optionalNumber("retrierRetryCount"),
  errorCausedByState: p.optionalString("errorCausedByState"),
  mapIterationFailureCount: p.optionalNumber("mapIterationFailureCount"),
  mapItemReaderData: p.optionalString("mapItemReaderData"),
});

function structure<T>(p: Parameters, owner: string, name: string, read: (p: Parameters) => T): T | undefined {
  const values: JsonObject | undefined = p.optionalObject(name);
  return values && read(readParameters(`${owner}.${name}`, values));
}
