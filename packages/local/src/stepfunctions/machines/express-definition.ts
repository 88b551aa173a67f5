import { InvalidDefinitionError, isJsonObject, type Json, type JsonObject } from "../../asl/index.js";
import { everyState } from "./every-state.js";

const PATTERN = /\.(?<pattern>waitForTaskToken|sync)(:\d+)?$/;
const ACTIVITY = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:activity:/;

/** Refuses what only Standard machines may do. @throws InvalidDefinitionError */
export function checkExpress(definition: Json): void {
  for (const { state, path } of everyState(definition)) {
    const problem = taskProblem(state.Resource) ?? mapProblem(state.ItemProcessor);
    if (problem === undefined) continue;
    throw new InvalidDefinitionError(`SCHEMA_VALIDATION_FAILED: ${problem.reason}`, `${path}/${problem.field}`);
  }
}

function taskProblem(resource: Json | undefined) {
  if (typeof resource !== "string") return undefined;
  const field = "Resource";
  if (ACTIVITY.test(resource)) return { field, reason: "Express state machine does not support Activity ARN" };
  const pattern = PATTERN.exec(resource)?.groups?.pattern;
  if (pattern === undefined) return undefined;
  return { field, reason: `Express state machine does not support '.${pattern}' service integration` };
}

function mapProblem(processor: JsonObject[string] | undefined) {
  const config = isJsonObject(processor) ? processor.ProcessorConfig : undefined;
  if (!isJsonObject(config) || config.Mode !== "DISTRIBUTED") return undefined;
  const field = "ItemProcessor/ProcessorConfig/Mode";
  return { field, reason: "Express state machine does not support DISTRIBUTED mode" };
}
