import { isDeepStrictEqual } from "node:util";
import type { JsonSchema } from "@sfs3/sdk/flow";
import { coversArray } from "./arrays.js";
import { coversNumber, coversText } from "./bounds.js";
import { coversObject } from "./objects.js";
import { type Full, hasOther, isAnything, isNothing, type Placed, resolve } from "./placed.js";
import { any, each, type Verdict } from "./verdict.js";

/** Pairs that are being compared: a schema that holds itself is covered where all else of it is. */
export type Assumed = readonly string[];

/**
 * Whether `needed` takes every value that `given` describes. `yes` is certain: each keyword that is not understood, and
 * all that JSON Schema cannot say, makes it `unknown`.
 */
export function covers(given: Placed, needed: Placed, assumed: Assumed = []): Verdict {
  const pair = pairOf(given, needed);
  if (pair !== undefined && assumed.includes(pair)) return "yes";
  const [has, wants] = [resolve(given), resolve(needed)];
  if (has === undefined || wants === undefined) return "unknown";
  const inner = pair === undefined ? assumed : [...assumed, pair];
  if (isAnything(wants.schema) || isNothing(has.schema) || areSame(has, wants)) return "yes";
  if (isNothing(wants.schema)) return "never";
  return coversResolved(has, wants, inner);
}

/** Only references come round again. */
const pairOf = (given: Placed, needed: Placed): string | undefined =>
  given.schema.$ref === undefined && needed.schema.$ref === undefined
    ? undefined
    : JSON.stringify([given.schema, needed.schema]);

/** The same words mean the same, code that JSON Schema cannot say included, unless they point into other documents. */
const areSame = (has: Placed, wants: Placed): boolean =>
  isDeepStrictEqual(has.schema, wants.schema) &&
  (!JSON.stringify(has.schema).includes('"$ref"') || isDeepStrictEqual(has.root, wants.root));

function coversResolved(given: Placed, needed: Placed, assumed: Assumed): Verdict {
  const options = optionsOf(given);
  if (options.length !== 1 || options[0] !== given) {
    return each(options.map((option) => covers(option, needed, assumed)));
  }
  const ways = waysOf(needed);
  if (ways === undefined) return "unknown";
  if (ways.length !== 1 || ways[0] !== needed) return any(ways.map((way) => covers(given, way, assumed)));
  return opaquely(given, needed, coversPlain(given, needed, assumed));
}

const OPAQUE = "x-opaque";

/** Code of the needed schema may refuse what its words take; code of the given one may give less than its words say. */
function opaquely({ schema: given }: Placed, { schema: needed }: Placed, verdict: Verdict): Verdict {
  if (verdict === "yes") return needed[OPAQUE] === undefined || needed[OPAQUE] === given[OPAQUE] ? "yes" : "unknown";
  const mayBeAnything = [given, needed].some((schema) => schema[OPAQUE] !== undefined && schema.type === undefined);
  if (verdict === "never" && !mayBeAnything) return "never";
  return given[OPAQUE] === undefined && !mayBeAnything ? verdict : "unknown";
}

/** The kinds of values that a schema describes, each as a schema of its own. */
function optionsOf(given: Placed): readonly Placed[] {
  const { schema, root } = given;
  const { anyOf, oneOf, enum: values, type } = schema;
  if (anyOf !== undefined) return anyOf.map((option) => ({ schema: option, root }));
  if (oneOf !== undefined) return oneOf.map((option) => ({ schema: option, root }));
  if (values !== undefined) return values.map((value) => ({ schema: { const: value }, root }));
  if (Array.isArray(type)) return type.map((one: string) => ({ schema: { ...schema, type: one }, root }));
  if (type === "boolean" && !("const" in schema))
    return [true, false].map((value) => ({ schema: { const: value }, root }));
  return [given];
}

/** What a schema takes, as alternatives; `undefined` where one of them excludes another, or they come with more. */
function waysOf(needed: Placed): readonly Placed[] | undefined {
  const { schema, root } = needed;
  const { anyOf, oneOf, type, allOf, not, $ref, ...more } = schema;
  if (allOf !== undefined || not !== undefined || $ref !== undefined) return undefined;
  const ways = anyOf ?? oneOf;
  if (ways !== undefined) {
    const exclusive = oneOf !== undefined && !haveDiscriminator(oneOf);
    return exclusive || type !== undefined || Object.keys(more).length > 0
      ? undefined
      : ways.map((way) => ({ schema: way, root }));
  }
  if (Array.isArray(type)) return type.map((one: string) => ({ schema: { ...schema, type: one }, root }));
  return [needed];
}

/** Whether a property tells the alternatives apart, so that a value is of one of them only. */
function haveDiscriminator(ways: readonly Full[]): boolean {
  const keys = Object.keys(ways[0]?.properties ?? {});
  return keys.some((key) => {
    const marks = ways.map((way) => (way.required?.includes(key) ? constantOf(way.properties?.[key]) : undefined));
    return !marks.includes(undefined) && new Set(marks).size === ways.length;
  });
}

const constantOf = (schema: JsonSchema | undefined): string | undefined =>
  schema !== undefined && "const" in schema ? JSON.stringify(schema.const) : undefined;

/** Neither is a union any more. */
function coversPlain(given: Placed, needed: Placed, assumed: Assumed): Verdict {
  if ("const" in given.schema) return takesValue(given.schema.const, needed, assumed);
  const wanted = valuesOf(needed.schema);
  if (wanted !== undefined) return isTypeOf(given.schema, wanted) ? "no" : "never";
  const [has, wants] = [given.schema.type, needed.schema.type];
  if (typeof wants !== "string") return "unknown";
  if (typeof has !== "string") return "unknown";
  if (has !== wants) return coversOtherType(has, wants, given, needed);
  return coversType(wants, { given, needed, assumed });
}

const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  "const" in schema ? [schema.const] : schema.enum;

/** Whether one of the values is of the type that a schema gives: then it may be that value, and surely others as well. */
const isTypeOf = ({ type }: JsonSchema, values: readonly unknown[]): boolean =>
  type === undefined ||
  values.some((value) => typeOf(value) === type || (type === "number" && typeof value === "number"));

function coversOtherType(has: string, wants: string, given: Placed, needed: Placed): Verdict {
  if (has === "integer" && wants === "number") return coversNumber(given.schema, needed.schema);
  return has === "number" && wants === "integer" ? "no" : "never";
}

export interface Pair {
  readonly given: Placed;
  readonly needed: Placed;
  readonly assumed: Assumed;
}

function coversType(type: string, pair: Pair): Verdict {
  const [given, needed] = [pair.given.schema, pair.needed.schema];
  switch (type) {
    case "string":
      return coversText(given, needed);
    case "integer":
    case "number":
      return coversNumber(given, needed);
    case "object":
      return coversObject(pair, covers);
    case "array":
      return coversArray(pair, covers);
    case "null":
      return hasOther(needed, TYPE_ONLY) ? "unknown" : "yes";
    default:
      return "unknown";
  }
}

/** One value, as the schema that describes nothing else. */
function takesValue(value: unknown, needed: Placed, assumed: Assumed): Verdict {
  const wanted = valuesOf(needed.schema);
  if (wanted !== undefined) return wanted.some((one) => isDeepStrictEqual(one, value)) ? "yes" : "never";
  const type = typeOf(value);
  if (typeof value === "string")
    return coversText({ type, minLength: value.length, maxLength: value.length }, needed.schema, value);
  if (typeof value === "number") return numberVerdict(value, needed);
  if (typeof value === "object" && value !== null)
    return covers({ schema: { type }, root: needed.root }, needed, assumed);
  if (needed.schema.type === undefined || hasOther(needed.schema, TYPE_ONLY)) return "unknown";
  return needed.schema.type === type ? "yes" : "never";
}

const TYPE_ONLY: ReadonlySet<string> = new Set(["type"]);

function numberVerdict(value: number, needed: Placed): Verdict {
  if (needed.schema.type === "integer" && !Number.isInteger(value)) return "never";
  if (needed.schema.type !== "integer" && needed.schema.type !== "number")
    return needed.schema.type ? "never" : "unknown";
  const verdict = coversNumber({ minimum: value, maximum: value }, needed.schema);
  return verdict === "no" ? "never" : verdict;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
