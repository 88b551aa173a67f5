import { type JsonSchema, jsonSchemaOf } from "./check/json-schema.js";
import { endsHere } from "./check/reachability.js";
import {
  type AslState,
  type Chain,
  type Distribution,
  everyState,
  type FlowDefinition,
  type FlowState,
  type MapState,
  type WaitState,
} from "./state.js";
import { nameStates } from "./state-names.js";

/** A flow as plain data: what its steps read and write, and in which order its states come. */
export interface FlowOutline {
  readonly name: string;
  readonly topicRoot: string;
  /** What a process is started with. */
  readonly takes: JsonSchema;
  /** What the sidecar holds when the process begins: what the flow's schema made of that. */
  readonly input: JsonSchema;
  /** The steps that its states call, by name. */
  readonly steps: Readonly<Record<string, StepOutline>>;
  readonly states: ChainOutline;
}

export interface StepOutline {
  readonly reads: JsonSchema;
  readonly writes: JsonSchema;
  /** The key of the sidecar under which it writes. */
  readonly outputKey: string;
  /** Whether it sets route values. */
  readonly route: boolean;
}

/** A path through the flow, state by state. */
export type ChainOutline = readonly StateOutline[];

interface Caught {
  readonly errors: readonly string[];
  readonly run: ChainOutline;
}

type Kinds =
  | { readonly kind: "step" | "callback"; readonly step: string }
  | { readonly kind: "parallel"; readonly branches: readonly ChainOutline[] }
  | {
      readonly kind: "choice";
      /** Each with its condition in JSONata. */
      readonly cases: readonly { readonly when: string; readonly run: ChainOutline }[];
      readonly otherwise: ChainOutline;
    }
  | {
      readonly kind: "map";
      readonly over: string;
      /** Absent where the step that writes the array counts. */
      readonly count?: string;
      /** 0 where the flow sets no limit. */
      readonly maxConcurrency: number;
      /** Absent from an inline map. */
      readonly distributed?: Distribution;
      readonly each: ChainOutline;
    }
  | { readonly kind: "repeat"; readonly round: ChainOutline; readonly until: string; readonly maxRounds: number }
  | { readonly kind: "wait"; readonly seconds: number | string }
  | { readonly kind: "wait"; readonly until: string }
  | { readonly kind: "start"; readonly flow: string; readonly wait: boolean }
  | { readonly kind: "fail"; readonly error: string }
  | { readonly kind: "pass" | "succeed" }
  | {
      readonly kind: "state";
      /** Whether the process ends there. */
      readonly ends: boolean;
      /** The keys that it declares to write, as an object schema. */
      readonly writes?: JsonSchema;
    };

/** One state: its name in the machine, and what it is. Catches come in the order in which errors are matched. */
export type StateOutline = Kinds & { readonly name: string; readonly catches?: readonly Caught[] };

/**
 * What a flow reads and writes, and in which order, as plain data that is the same for the same flow. Nothing is checked.
 *
 * @example
 * ```ts
 * import { outlineOf } from "@sfs3/sdk/flow";
 * import { orders } from "./flow.js";
 *
 * console.log(Object.keys(outlineOf(orders).steps));
 * ```
 */
export function outlineOf(flow: FlowDefinition): FlowOutline {
  const names = nameStates(flow.states);
  const nameOf = (state: FlowState) => names.get(state) ?? state.kind;
  return {
    name: flow.name,
    topicRoot: flow.topicRoot,
    takes: jsonSchemaOf(flow.input, "input"),
    input: jsonSchemaOf(flow.input, "output"),
    steps: Object.fromEntries(
      Object.entries(flow.handlers).map(([name, { schemaIn, schemaOut, options }]) => [
        name,
        {
          reads: jsonSchemaOf(schemaIn, "input"),
          writes: jsonSchemaOf(schemaOut, "output"),
          outputKey: options.outputKey,
          route: options.route !== undefined,
        },
      ]),
    ),
    states: chainOutline(flow.states, nameOf),
  };
}

/** The flows that a flow starts, those that these start included, each once, in the order of their first start. */
export function startedFlows(flow: FlowDefinition): readonly FlowDefinition[] {
  const found = new Set<FlowDefinition>();
  const visit = (chain: Chain) => {
    for (const state of everyState(chain)) {
      if (state.kind !== "start" || found.has(state.flow)) continue;
      found.add(state.flow);
      visit(state.flow.states);
    }
  };
  visit(flow.states);
  return [...found];
}

/** Every state of a chain and of the chains inside it, outer before inner, in the order of writing. */
export function* outlinedStates(chain: ChainOutline): Generator<StateOutline> {
  for (const state of chain) {
    yield state;
    for (const inner of chainsInside(state)) yield* outlinedStates(inner);
  }
}

/** The chains inside a state, in the order of those of the state that it outlines. */
export function chainsInside(state: StateOutline): readonly ChainOutline[] {
  const recoveries = (state.catches ?? []).map(({ run }) => run);
  switch (state.kind) {
    case "parallel":
      return [...state.branches, ...recoveries];
    case "choice":
      return [...state.cases.map(({ run }) => run), state.otherwise, ...recoveries];
    case "map":
      return [state.each, ...recoveries];
    case "repeat":
      return [state.round, ...recoveries];
    default:
      return recoveries;
  }
}

type NameOf = (state: FlowState) => string;

const chainOutline = (chain: Chain, nameOf: NameOf): ChainOutline => chain.map((state) => stateOutline(state, nameOf));

function stateOutline(state: FlowState, nameOf: NameOf): StateOutline {
  const catches = state.catchers.map(({ errors, recovery }) => ({ errors, run: chainOutline(recovery, nameOf) }));
  return { name: nameOf(state), ...kindOutline(state, nameOf), ...(catches.length > 0 && { catches }) };
}

function kindOutline(state: FlowState, nameOf: NameOf): Kinds {
  const outline = (chain: Chain) => chainOutline(chain, nameOf);
  switch (state.kind) {
    case "step":
    case "callback":
      return { kind: state.kind, step: state.step.options.name };
    case "parallel":
      return { kind: state.kind, branches: state.branches.map(outline) };
    case "choice":
      return {
        kind: state.kind,
        cases: state.cases.map(({ when, run }) => ({ when: when.jsonata, run: outline(run) })),
        otherwise: outline(state.otherwise),
      };
    case "map":
      return mapOutline(state, outline);
    case "repeat":
      return {
        kind: state.kind,
        round: outline(state.body),
        until: state.until.jsonata,
        maxRounds: state.maxRounds,
      };
    case "wait":
      return { kind: state.kind, ...waitOutline(state) };
    case "start":
      return { kind: state.kind, flow: state.flow.name, wait: state.wait };
    case "fail":
      return { kind: state.kind, error: state.error };
    case "pass":
    case "succeed":
      return { kind: state.kind };
    case "state":
      return handWrittenOutline(state);
  }
}

const mapOutline = (
  { kind, over, count, maxConcurrency, distributed, body }: MapState,
  outline: (chain: Chain) => ChainOutline,
): Kinds => ({
  kind,
  over,
  ...(count !== undefined && { count }),
  maxConcurrency,
  ...(distributed !== undefined && { distributed }),
  each: outline(body),
});

function waitOutline({ wait }: WaitState): { readonly seconds: number | string } | { readonly until: string } {
  if ("until" in wait) return { until: "fixed" in wait.until ? wait.until.fixed : wait.until.jsonata };
  return { seconds: "fixed" in wait.seconds ? wait.seconds.fixed : wait.seconds.jsonata };
}

const handWrittenOutline = (state: AslState): Kinds => ({
  kind: "state",
  ends: endsHere(state),
  ...(state.writes !== undefined && { writes: jsonSchemaOf(state.writes, "output") }),
});
