import { declaredKeys, shownKey } from "./declared-keys.js";
import { Sfs3Error } from "./errors.js";
import { isTooDeep } from "./json-object.js";
import type { Schema } from "./step.js";

/** JSON of an output that is not only of what JSON has: a look at each value on the way takes as long again. */
export const renderInexact = (step: string, output: unknown, schemaOut: Schema): string => {
  const refuse = (what: string) =>
    new Sfs3Error("StepOutputError", `Step '${step}' returned what JSON cannot carry: ${what}.`);
  const at = (key: string) => (key === "" ? "" : ` at '${shownKey(declaredKeys(schemaOut), key)}'`);
  const json = stringifyWhole(output, {
    flaw: (what, key) => refuse(`${what}${at(key)}`),
    broken: (error) => refuse(brokenBy(error)),
  });
  if (json === undefined) throw refuse("undefined");
  return json;
};

const brokenBy = (error: unknown): string => {
  if (isTooDeep(error)) return "it is nested too deep";
  return error instanceof TypeError ? "a circular reference" : "its toJSON threw";
};

/** What JSON would drop or distort is refused. */
export interface Refusals {
  readonly flaw: (what: string, key: string) => Sfs3Error;
  readonly broken: (error: unknown) => Sfs3Error;
}

export const stringifyWhole = (output: unknown, { flaw, broken }: Refusals): string | undefined => {
  try {
    return JSON.stringify(output, function (this: unknown, key, value: unknown) {
      const found = value === undefined && Array.isArray(this) ? "undefined in an array" : flawOf(value);
      if (found !== undefined) throw flaw(found, key);
      return value;
    });
  } catch (error) {
    throw error instanceof Sfs3Error ? error : broken(error);
  }
};

const flawOf = (value: unknown): string | undefined => {
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") return `a ${typeof value}`;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value instanceof Map) return "a Map";
  return value instanceof Set ? "a Set" : undefined;
};
