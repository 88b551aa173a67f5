import { Sfs3Error } from "../errors.js";
import type { RouteValues } from "../payload.js";
import type { RequiredKeys } from "./types/keys.js";

type Scalar = RouteValues[string];

/** A test on route values, as a JSONata expression that always evaluates to a boolean. */
export interface Condition {
  readonly kind: "condition";
  readonly jsonata: string;
}

const condition = (jsonata: string): Condition => ({ kind: "condition", jsonata });

interface RouteValueOfAnyType<T extends Scalar> {
  readonly kind: "route value";
  /** Where the value stands in the state's input, as a JSONata path. */
  readonly jsonata: string;
  equals(value: T): Condition;
  oneOf(...values: readonly [T, ...T[]]): Condition;
  /** Whether the value is there at all: false on paths that did not pass the step. */
  isPresent(): Condition;
}

interface OrderedRouteValue<T extends Scalar> extends RouteValueOfAnyType<T> {
  lessThan(value: NonNullable<T>): Condition;
  atMost(value: NonNullable<T>): Condition;
  greaterThan(value: NonNullable<T>): Condition;
  atLeast(value: NonNullable<T>): Condition;
}

interface TextRouteValue<T extends Scalar> extends OrderedRouteValue<T> {
  startsWith(text: string): Condition;
  endsWith(text: string): Condition;
  contains(text: string): Condition;
  /** Whether the whole value matches; `*` stands for any characters, `\*` for an asterisk. */
  matches(pattern: string): Condition;
}

/** A route value with the tests that its type allows: order for numbers and strings, text tests for strings. */
export type RouteValue<T extends Scalar> = [NonNullable<T>] extends [never]
  ? RouteValueOfAnyType<T>
  : [NonNullable<T>] extends [number]
    ? OrderedRouteValue<T>
    : [NonNullable<T>] extends [string]
      ? TextRouteValue<T>
      : RouteValueOfAnyType<T>;

/** What a condition sees: for each step that declared a `route`, its values. */
export type Routes<TRoute> = {
  readonly [TStep in keyof TRoute]-?: {
    readonly [K in keyof NonNullable<TRoute[TStep]>]-?: NonNullable<TRoute[TStep]>[K] extends infer V extends Scalar
      ? RouteValue<V>
      : never;
  };
};

/** Route values that are there whatever path was taken; what only some paths set may be missing. */
export type CertainRoutes<TRoute> = Routes<Pick<TRoute, RequiredKeys<TRoute> & keyof TRoute>>;

/** True if every condition is. */
export const and = (...conditions: readonly [Condition, ...Condition[]]): Condition => joined(conditions, "and");

/** True if at least one condition is. */
export const or = (...conditions: readonly [Condition, ...Condition[]]): Condition => joined(conditions, "or");

/** True if the condition is not. */
export const not = (negated: Condition): Condition => condition(`$not(${negated.jsonata})`);

const joined = (conditions: readonly Condition[], operator: "and" | "or"): Condition =>
  condition(`(${conditions.map(({ jsonata }) => jsonata).join(` ${operator} `)})`);

/** A JSON scalar is a JSONata literal as it stands. */
const literal = (value: Scalar): string => JSON.stringify(value);

const REGEX_SPECIAL = /[.*+?^${}()|[\]\\/]/g;
const escapeRegex = (text: string): string => text.replace(REGEX_SPECIAL, "\\$&");

function globToRegex(pattern: string): string {
  const parts = pattern.split(/(\\\*|\*)/);
  return parts.map((part) => (part === "*" ? "[\\s\\S]*" : part === "\\*" ? "\\*" : escapeRegex(part))).join("");
}

const regex = (source: string): string => `/${source.replace(/\n/g, "\\n").replace(/\r/g, "\\r")}/`;

/**
 * Tests guard by type before they compare: JSONata raises an error where a comparison's sides differ in type, and a
 * Choice's Condition has to be a boolean. `?:` evaluates one side only.
 */
const guarded = (path: string, type: string, test: string): Condition =>
  condition(`($type(${path}) = "${type}" ? ${test} : false)`);

const ordered = (path: string, operator: string, value: Scalar): Condition =>
  guarded(path, typeof value, `${path} ${operator} ${literal(value)}`);

const onText = (path: string, source: string): Condition =>
  guarded(path, "string", `$contains(${path}, ${regex(source)})`);

function routeValue(path: string): RouteValue<string> {
  return {
    kind: "route value",
    jsonata: path,
    equals: (value) => condition(`(${path} = ${literal(value)})`),
    oneOf: (...values) => condition(`(${path} in [${values.map(literal).join(", ")}])`),
    isPresent: () => condition(`$exists(${path})`),
    lessThan: (value) => ordered(path, "<", value),
    atMost: (value) => ordered(path, "<=", value),
    greaterThan: (value) => ordered(path, ">", value),
    atLeast: (value) => ordered(path, ">=", value),
    startsWith: (text) => onText(path, `^${escapeRegex(text)}`),
    endsWith: (text) => onText(path, `${escapeRegex(text)}$`),
    contains: (text) => guarded(path, "string", `$contains(${path}, ${literal(text)})`),
    matches: (pattern) => onText(path, `^${globToRegex(pattern)}$`),
  };
}

/** A key as a JSONata path segment; backquotes admit everything but themselves. */
function segment(key: string): string {
  if (key.includes("`")) {
    throw new Sfs3Error(
      "FlowDefinitionError",
      `Route key ${JSON.stringify(key)} contains a backquote. Name it without one.`,
    );
  }
  return `\`${key}\``;
}

/** Turns property access (`route["step-a"].verdict`) into a JSONata path, for any step that `declaresRoute`. */
export function routesOf<TRoute>(flowName: string, declaresRoute: (step: string) => boolean): Routes<TRoute> {
  const steps = new Proxy(
    {},
    {
      get: (_, step) => {
        const name = String(step);
        if (!declaresRoute(name)) {
          throw new Sfs3Error(
            "FlowDefinitionError",
            `${flowName}: a condition reads the route of '${name}', which exposes none before that point. Give the step a 'route' option, or place it earlier.`,
          );
        }
        return valuesOf(name);
      },
    },
  );
  return steps as Routes<TRoute>;
}

const valuesOf = (step: string): object =>
  new Proxy({}, { get: (_, key) => routeValue(`$states.input.route.${segment(step)}.${segment(String(key))}`) });
