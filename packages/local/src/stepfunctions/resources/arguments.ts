import { isJsonObject, type Json, type JsonObject, StateFailure } from "../../asl/index.js";

/** Reads a service integration's arguments, in AWS's words where they do not fit. */
export interface Arguments {
  readonly values: JsonObject;
  string(name: string): string;
  optionalString(name: string): string | undefined;
  refuse(problem: string): never;
}

export function readArguments(args: Json, names: readonly string[]): Arguments {
  const refuse = (problem: string): never => {
    const text = `The Parameters '${JSON.stringify(args)}' could not be used to start the Task: [${problem}]`;
    throw new StateFailure("States.Runtime", text, { catchable: false });
  };
  if (!isJsonObject(args)) return refuse("an object is expected");
  const unknown = Object.keys(args).find((name) => !names.includes(name));
  if (unknown !== undefined) refuse(`The field "${unknown}" is not supported by Step Functions`);
  const optionalString = (name: string) => {
    const value = args[name];
    return value === undefined || typeof value === "string"
      ? value
      : refuse(`The value for the field "${name}" must be a string`);
  };
  return {
    values: args,
    refuse,
    optionalString,
    string: (name) => optionalString(name) ?? refuse(`The field "${name}" is required but was missing`),
  };
}
