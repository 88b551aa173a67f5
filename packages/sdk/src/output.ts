import { Sfs3Error } from "./errors.js";
import type { RouteValues } from "./step.js";

const MAX_ROUTE_BYTES = 1_024;

/** JSON of what `fn` returned, or `StepOutputError` where JSON would drop or distort a part of it. */
export const renderOutput = (step: string, output: unknown): string => {
  const refuse = (what: string) =>
    new Sfs3Error("StepOutputError", `Step '${step}' returned what JSON cannot carry: ${what}.`);
  const render = () => {
    try {
      return JSON.stringify(output, (key, value) => {
        const flaw = flawOf(value);
        if (flaw !== undefined) throw refuse(key === "" ? flaw : `${flaw} at '${key}'`);
        return value;
      });
    } catch (error) {
      if (error instanceof Sfs3Error) throw error;
      throw refuse(error instanceof TypeError ? "a circular reference" : "its toJSON threw");
    }
  };
  const json = render();
  if (json === undefined) throw refuse("undefined");
  return json;
};

const flawOf = (value: unknown): string | undefined => {
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") return `a ${typeof value}`;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value instanceof Map) return "a Map";
  return value instanceof Set ? "a Set" : undefined;
};

export const checkRoute = (step: string, values: RouteValues): RouteValues => {
  const refuse = (what: string) => new Sfs3Error("StepOutputError", `The route of step '${step}' ${what}.`);
  if (typeof values !== "object" || values === null || !Object.values(values).every(isScalar)) {
    throw refuse("must be an object of strings, finite numbers, booleans and nulls");
  }
  if (Buffer.byteLength(JSON.stringify(values)) > MAX_ROUTE_BYTES)
    throw refuse(`exceeds ${MAX_ROUTE_BYTES} bytes of JSON`);
  return values;
};

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
