import { InvalidDefinitionError } from "./errors.js";
import { isJsonObject } from "./json.js";

/**
 * Reads one JSON object of a definition. Every reader marks its field as known; `close` refuses the rest, so that
 * nothing the engine does not understand is ever ignored.
 */
export interface Fields {
  readonly path: string;
  has(name: string): boolean;
  take(name: string): unknown;
  string(name: string): string;
  optionalString(name: string): string | undefined;
  optionalInteger(name: string, range: Range): number | undefined;
  optionalNumber(name: string, range: Range): number | undefined;
  optionalOneOf<T extends string>(name: string, values: readonly T[]): T | undefined;
  object(name: string): Fields;
  list(name: string): readonly Fields[];
  refuse(name: string, reason: string): never;
  close(owner: string): void;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export function fieldsOf(value: unknown, path: string): Fields {
  if (!isJsonObject(value)) throw new InvalidDefinitionError("SCHEMA_VALIDATION_FAILED: an object is expected", path);
  const known = new Set<string>();
  const refuse = (name: string, reason: string): never => {
    throw new InvalidDefinitionError(`SCHEMA_VALIDATION_FAILED: ${reason}`, `${path}/${name}`);
  };
  const has = (name: string) => Object.hasOwn(value, name);
  const take = (name: string): unknown => {
    known.add(name);
    return has(name) ? value[name] : undefined;
  };
  const optionalString = (name: string) => {
    const field = take(name);
    return field === undefined || typeof field === "string" ? field : refuse(name, "a string is expected");
  };
  const optionalNumber = (name: string, { min, max }: Range) => {
    const field = take(name);
    if (field === undefined) return undefined;
    if (typeof field === "number" && field >= min && field <= max) return field;
    return refuse(name, `a number from ${min} to ${max} is expected`);
  };
  const list = (name: string) => {
    const field = take(name);
    if (!Array.isArray(field) || field.length === 0) return refuse(name, "a non-empty list is expected");
    return field.map((item, index) => fieldsOf(item, `${path}/${name}[${index}]`));
  };
  return {
    path,
    has,
    take,
    refuse,
    list,
    optionalString,
    optionalNumber,
    string: (name) => optionalString(name) ?? refuse(name, "a string is required"),
    optionalInteger: (name, range) => {
      const field = optionalNumber(name, range);
      return field === undefined || Number.isInteger(field) ? field : refuse(name, "an integer is expected");
    },
    optionalOneOf: (name, values) => {
      const field = optionalString(name);
      if (field === undefined) return undefined;
      return values.find((one) => one === field) ?? refuse(name, `one of ${values.join(", ")} is expected`);
    },
    object: (name) => fieldsOf(take(name), `${path}/${name}`),
    close: (owner) => {
      const unknown = Object.keys(value).find((name) => !known.has(name));
      if (unknown !== undefined) refuse(unknown, `field "${unknown}" is not supported in ${owner}`);
    },
  };
}

/** History and causes name a choice's or a catcher's field from its state: Choices[0]/Condition. */
export function fieldName(fields: Fields, name: string): string {
  const nested = /\/((?:Choices|Catch|Retry)\[\d+\])$/.exec(fields.path);
  return nested === null ? name : `${nested[1]}/${name}`;
}
