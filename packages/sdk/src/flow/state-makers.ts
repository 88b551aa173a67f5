import type { RouteValues } from "../payload.js";
import type { AnyStep, Schema } from "../step.js";
import { type Condition, type Routes, routesOf } from "./condition.js";
import { type DistributedOptions, distributionOf } from "./distribution.js";
import type { CallbackOptions, StepStateOptions } from "./flow.js";
import { refusal } from "./refusal.js";
import type { FlowDefinition } from "./state.js";
import { type Chain, exposesRoute, type Fixed, type FlowState } from "./state.js";

/** The point of the flow at which a state is added. */
export interface Point {
  readonly flowName: string;
  /** The states so far. */
  readonly states: () => Chain;
  /** The states that a path adds when it sets out from here. */
  readonly path: (build: Branch) => Chain;
}

export type Branch = (branch: FlowDefinition) => FlowDefinition;

type RouteReader<T> = (route: Routes<Record<string, RouteValues>>) => T;
type Path = { readonly jsonata: string };
interface Named {
  readonly as?: string;
}

export type StateMaker = (at: Point, ...args: never[]) => FlowState;

/** The vocabulary at run time: each word makes the state it stands for. The words' types are those of `Flow`. */
export const STATE_MAKERS = {
  step: (at, step: AnyStep, { as, timeoutSeconds, retry }: StepStateOptions<string> = {}) => {
    return { kind: "step", step: checkedStep(at, step), as, timeoutSeconds, retry, catchers: [] };
  },

  parallel: (at, ...branches: readonly Branch[]) => {
    return { kind: "parallel", branches: branches.map(at.path), catchers: [] };
  },

  choice: (at, { as, cases, otherwise }: ChoiceOptions) => {
    const ways = cases.map(({ when, run }) => ({ when: asCondition(at, when(routes(at))), run: at.path(run) }));
    return {
      kind: "choice",
      as,
      cases: ways,
      otherwise: otherwise === undefined ? [] : at.path(otherwise),
      catchers: [],
    };
  },

  map: (at, { as, over, count, maxConcurrency = 0, distributed }: MapOptions, body: Branch) => {
    return {
      kind: "map",
      as,
      over,
      count: count?.(routes(at)).jsonata,
      maxConcurrency,
      distributed: distributed && distributionOf(distributed, at.flowName),
      body: at.path(body),
      catchers: [],
    };
  },

  repeat: (at, round: Branch, { as, until, maxRounds, pauseSeconds = 0 }: RepeatOptions) => {
    const body = at.path(round);
    const condition = asCondition(at, until(routes(at, body)));
    return { kind: "repeat", as, body, until: condition, maxRounds, pauseSeconds, catchers: [] };
  },

  wait: (at, options: Named & ({ readonly seconds: Routed<number> } | { readonly until: Routed<string> })) => {
    const wait = "seconds" in options ? { seconds: fixed(at, options.seconds) } : { until: fixed(at, options.until) };
    return { kind: "wait", as: options.as, wait, catchers: [] };
  },

  start: (_, flow: FlowDefinition, { as = `start-${flow.name}`, wait = false, timeoutSeconds }: StartOptions = {}) => {
    return { kind: "start", as, flow, wait, timeoutSeconds, catchers: [] };
  },

  callback: (at, step: AnyStep, { result, ...settings }: CallbackOptions<string, Schema>) => {
    return { kind: "callback", step: checkedStep(at, step), ...settings, resultKeys: keysOf(result, at), catchers: [] };
  },

  pass: (_, as: string, { route = {} }: { readonly route?: RouteValues } = {}) => {
    return { kind: "pass", as, route, catchers: [] };
  },

  succeed: (_, { as }: Named = {}) => {
    return { kind: "succeed", as, catchers: [] };
  },

  fail: (_, { as, error, cause = error }: Named & { readonly error: string; readonly cause?: string }) => {
    return { kind: "fail", as, error, cause, catchers: [] };
  },

  state: (_, as: string, asl: Readonly<Record<string, unknown>>, { writes }: { readonly writes?: Schema } = {}) => {
    return { kind: "state", as, asl, writes, catchers: [] };
  },
} satisfies Record<string, StateMaker>;

interface ChoiceOptions extends Named {
  readonly cases: readonly { readonly when: RouteReader<Condition>; readonly run: Branch }[];
  readonly otherwise?: Branch;
}

interface MapOptions extends Named {
  readonly over: string;
  readonly count?: RouteReader<Path>;
  readonly maxConcurrency?: number;
  readonly distributed?: DistributedOptions;
}

interface RepeatOptions extends Named {
  readonly until: RouteReader<Condition>;
  readonly maxRounds: number;
  readonly pauseSeconds?: number;
}

interface StartOptions extends Named {
  readonly wait?: boolean;
  readonly timeoutSeconds?: number;
}

type Routed<T extends string | number> = T | RouteReader<Path>;

const fixed = <T extends string | number>(at: Point, value: Routed<T>): Fixed<T> =>
  typeof value === "function" ? { jsonata: value(routes(at)).jsonata } : { fixed: value };

/** For authors without the compiler: a route value is no test yet. */
function asCondition({ flowName }: Point, condition: Condition): Condition {
  if (condition?.kind === "condition") return condition;
  throw refusal(
    `${flowName}: a condition tests nothing.`,
    "Compare the route value: (route) => route.review.score.atLeast(3).",
  );
}

const routes = ({ flowName, states }: Point, more: Chain = []) =>
  routesOf<Record<string, RouteValues>>(flowName, (name) => exposesRoute([...states(), ...more], name));

function checkedStep({ flowName }: Point, step: AnyStep): AnyStep {
  if (typeof step === "function" && typeof step.options?.name === "string") return step;
  throw refusal(
    `${flowName}: .step() was given ${typeof step === "function" ? "a plain function" : typeof step}.`,
    "Give it what defineStep(...) returns.",
  );
}

function keysOf(schema: Schema | undefined, { flowName }: Point): readonly string[] {
  const shape: unknown = schema === undefined ? {} : Reflect.get(schema._zod.def, "shape");
  if (typeof shape === "object" && shape !== null) return Object.keys(shape);
  throw refusal(`${flowName}: a callback's result is no object schema.`, "Use z.object({ ... }).");
}
