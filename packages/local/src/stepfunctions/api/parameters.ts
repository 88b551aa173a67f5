import { isJsonObject, type JsonObject } from "../../asl/index.js";
import { checkText } from "../constraints.js";
import { constraintViolation } from "../service-error.js";
import type { Tag } from "../tags/tags.js";
import { unsupportedParameter } from "./accepted-parameters.js";

export type Parameters = ReturnType<typeof readParameters>;

/** Reads an operation's parameters; what does not fit is a ValidationException in AWS's words. */
export function readParameters(operation: string, values: JsonObject) {
  const refuse = (name: string, constraint: string): never => {
    throw constraintViolation(name, values[name], constraint);
  };
  const unsupported = unsupportedParameter(operation, values);
  if (unsupported !== undefined) refuse(unsupported, `The embedded Step Functions does not support it in ${operation}`);
  const optional = <T>(name: string, type: string, is: (value: unknown) => value is T): T | undefined => {
    const value = values[name];
    if (value === undefined || value === null) return undefined;
    return is(value) ? value : refuse(name, `Member must be a ${type}`);
  };
  const optionalString = (name: string) => {
    const text = optional(name, "string", (value) => typeof value === "string");
    if (text !== undefined) checkText(name, text);
    return text;
  };
  const optionalList = <T>(name: string, type: string, is: (value: unknown) => value is T) =>
    optional(name, `list of ${type}`, (value): value is T[] => Array.isArray(value) && value.every(is));
  const required = <T>(name: string, value: T | undefined): T => value ?? refuse(name, "Member must not be null");
  const optionalTags = (name: string): readonly Tag[] | undefined =>
    optionalList(name, "tags", isTag)?.map(({ key, value = "" }) => ({ key, value }));
  return {
    optionalString,
    /** A string of which {@link checkText} has seen that it is one of these. */
    optionalOneOf: <T extends string>(name: string) => optionalString(name) as T | undefined,
    optionalNumber: (name: string) => optional(name, "number", (value) => typeof value === "number"),
    optionalBoolean: (name: string) => optional(name, "boolean", (value) => typeof value === "boolean"),
    optionalObject: (name: string) => optional(name, "structure", isJsonObject),
    optionalTags,
    tags: (name: string) => required(name, optionalTags(name)),
    strings: (name: string) =>
      required(
        name,
        optionalList(name, "strings", (value) => typeof value === "string"),
      ),
    string: (name: string) => required(name, optionalString(name)),
  };
}

const isTag = (value: unknown): value is Pick<Tag, "key"> & Partial<Tag> =>
  isJsonObject(value) && typeof value.key === "string" && ["string", "undefined"].includes(typeof value.value);
