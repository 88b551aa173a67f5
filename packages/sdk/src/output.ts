import { declaredKeys, shownKey } from "./declared-keys.js";
import { Sfs3Error } from "./errors.js";
import { isPlainObject, isTooDeep, kindOf } from "./json-object.js";
import type { RouteValues } from "./payload.js";
import type { Schema } from "./step.js";

const MAX_ROUTE_BYTES = 1_024;

/** JSON of what `fn` returned, or `StepOutputError` where JSON would drop or distort a part of it. */
export const renderOutput = (step: string, output: unknown, schemaOut: Schema): string => {
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

/** `values` is what the author's `route` returned, which the compiler may not have seen. */
export const checkRoute = (step: string, values: unknown): RouteValues => {
  if (!isPlainObject(values)) {
    throw new Sfs3Error(
      "StepConfigurationError",
      `route of step '${step}' returned ${kindOf(values)}; it must return a plain object, and not be async.`,
    );
  }
  const refuse = (what: string) => new Sfs3Error("StepOutputError", `The route of step '${step}' ${what}.`);
  if (!isRouteValues(values)) throw refuse("must be an object of strings, finite numbers, booleans and nulls");
  if (Buffer.byteLength(JSON.stringify(values)) > MAX_ROUTE_BYTES) {
    throw refuse(`exceeds ${MAX_ROUTE_BYTES} bytes of JSON`);
  }
  return values;
};

const isRouteValues = (values: Record<string, unknown>): values is RouteValues => Object.values(values).every(isScalar);

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
