import { Sfs3Error } from "./errors.js";
import { isExactJson } from "./exact-json.js";
import { isPlainObject, kindOf } from "./json-object.js";
import type { RouteValues } from "./payload.js";
import type { Schema } from "./step.js";

const MAX_ROUTE_BYTES = 1_024;

/** JSON of what `fn` returned, or `StepOutputError` where JSON would drop or distort a part of it. */
export const renderOutput = async (step: string, output: unknown, schemaOut: Schema): Promise<string> => {
  if (isExactJson(output)) return JSON.stringify(output);
  // Loaded when called: most outputs are of what JSON has.
  const { renderInexact } = await import("./inexact-output.js");
  return renderInexact(step, output, schemaOut);
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
