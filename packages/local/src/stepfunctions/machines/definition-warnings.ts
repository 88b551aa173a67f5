import { isJsonObject, type Json } from "../../asl/index.js";
import { everyState, type StateAt } from "./every-state.js";

export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly location: string;
}

const TEMPLATES = ["Parameters", "ResultSelector", "ItemSelector"];
const PATHS = ["TimeoutSeconds", "HeartbeatSeconds", "Seconds", "Timestamp", "Error", "Cause", "MaxConcurrency"];

/** A path, or an intrinsic function, as JSONPath states write them. */
const looksEvaluated = (value: Json) => typeof value === "string" && /^(\$(\$?\.|\$?$|\[)|States\.\w+\()/.test(value);
const looksLikePath = (value: Json | undefined) => typeof value === "string" && /^\$\$?[.[]/.test(value);

/** What ValidateStateMachineDefinition warns of: JSONPath that stands where nothing evaluates it. */
export function warningsOf(definition: Json): readonly Finding[] {
  const machineLanguage = isJsonObject(definition) ? definition.QueryLanguage : undefined;
  return everyState(definition)
    .filter(({ state }) => (state.QueryLanguage ?? machineLanguage ?? "JSONPath") === "JSONPath")
    .flatMap((at) => [...withoutDollar(at), ...withoutPath(at), ...staticResult(at)]);
}

const withoutDollar = ({ state, path }: StateAt): readonly Finding[] =>
  TEMPLATES.flatMap((field) => literals(state[field], `${path}/${field}`))
    .filter(({ name, value }) => !name.endsWith(".$") && looksEvaluated(value))
    .map(({ location }) => ({
      code: "NO_DOLLAR",
      message: "The value looks like a JSONPath or an intrinsic function, but the field's name does not end with '.$'",
      location,
    }));

const withoutPath = ({ state, path }: StateAt): readonly Finding[] =>
  PATHS.filter((field) => looksLikePath(state[field])).map((field) => ({
    code: "NO_PATH",
    message: "The value looks like a path, but the field's name does not end with 'Path'",
    location: `${path}/${field}`,
  }));

const staticResult = ({ state, path }: StateAt): readonly Finding[] =>
  state.Type === "Pass" && literals({ Result: state.Result ?? null }, path).some(({ value }) => looksLikePath(value))
    ? [{ code: "PASS_RESULT_IS_STATIC", message: "A path in Result is not evaluated", location: `${path}/Result` }]
    : [];

interface Literal {
  readonly name: string;
  readonly value: Json;
  readonly location: string;
}

function literals(value: Json | undefined, location: string): readonly Literal[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, Json]) => {
    const at = Array.isArray(value) ? `${location}[${name}]` : `${location}/${name}`;
    return [{ name, value: member, location: at }, ...literals(member, at)];
  });
}
