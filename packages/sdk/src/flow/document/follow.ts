import { type JsonSchema, propertiesOf } from "../check/json-schema.js";
import { toleratesFailures } from "../distribution.js";
import type { ChainOutline, FlowOutline, StateOutline } from "../outline.js";
import { arrayOf, either, type FollowedDocument, type FollowedSlot, type SlotWriter, written } from "./slot.js";

/** Something that a flow does with its document, and what that is at the moment. */
export type DocumentEvent = {
  /** The flow that it belongs to. */
  readonly flow: string;
} & (
  | {
      /** Comes before each state of a chain, and at the chain's end. */
      readonly kind: "place";
      readonly chain: ChainOutline;
      readonly position: number;
      readonly document: FollowedDocument;
    }
  | {
      readonly kind: "read";
      readonly state: StateOutline;
      readonly needs: JsonSchema;
      readonly document: FollowedDocument;
    }
  | {
      readonly kind: "map";
      readonly state: StateOutline;
      readonly over: string;
      readonly document: FollowedDocument;
    }
  | { readonly kind: "clash"; readonly state: StateOutline; readonly key: string }
);

/** What is known of the flows: in which order things happen, and what the code reads and writes that runs then. */
export interface DocumentModel {
  /** Every flow that is followed, by name. */
  readonly flows: Readonly<Record<string, FlowOutline>>;
  /** What a step reads; `undefined` where that is not known. */
  readonly reads: (flow: string, step: string) => JsonSchema | undefined;
  readonly writes: (flow: string, step: string) => readonly (readonly [key: string, slot: FollowedSlot])[];
  /** What a flow takes that is started; `undefined` where that is not known. */
  readonly takes: (flow: string) => JsonSchema | undefined;
}

/** Flows whose code is the one that they were written with. */
export const modelOf = (flows: Readonly<Record<string, FlowOutline>>): DocumentModel => ({
  flows,
  reads: (flow, step) => flows[flow]?.steps[step]?.reads,
  takes: (flow) => flows[flow]?.takes,
  writes: (flow, step) => {
    const outline = flows[flow]?.steps[step];
    return outline === undefined ? [] : [[outline.outputKey, slotOf(outline.writes, { flow, step })]];
  },
});

/** A slot that surely holds what a schema describes. */
export const slotOf = (schema: JsonSchema, writer: SlotWriter): FollowedSlot => ({
  schemas: [{ schema, root: schema }],
  certain: true,
  writers: [writer],
  perItem: false,
  gaps: false,
});

/** One slot for each key that an object schema describes. */
const slotsOf = (root: JsonSchema, writer: SlotWriter): readonly (readonly [key: string, slot: FollowedSlot])[] =>
  [...(propertiesOf(root) ?? [])].map(([key, { schema, required }]) => [
    key,
    { schemas: [{ schema, root }], certain: required, writers: [writer], perItem: false, gaps: false },
  ]);

type Following = Generator<DocumentEvent, FollowedDocument>;

interface Place {
  readonly flow: string;
  /** The flows that wait for this one. Of two by one name, which is refused, one would be followed for ever. */
  readonly waiting: readonly string[];
  readonly model: DocumentModel;
}

/** What a flow does with its document, in the order in which it happens; what it does in a second round as well. */
export function* followDocument(flow: FlowOutline, model: DocumentModel): Generator<DocumentEvent, FollowedDocument> {
  return yield* followChain(flow.states, new Map(slotsOf(flow.input, "input")), {
    flow: flow.name,
    waiting: [],
    model,
  });
}

/** The document behind a chain. */
function* followChain(chain: ChainOutline, start: FollowedDocument, place: Place): Following {
  let document = start;
  for (const [position, state] of chain.entries()) {
    const before = document;
    yield { kind: "place", flow: place.flow, chain, position, document };
    document = yield* followState(state, before, place);
    for (const { run } of state.catches ?? []) {
      const recovered = yield* followChain(run, before, place);
      if (!chainOutlineEnds(run)) document = either([document, recovered]);
    }
  }
  yield { kind: "place", flow: place.flow, chain, position: chain.length, document };
  return document;
}

function* followState(state: StateOutline, document: FollowedDocument, place: Place): Following {
  switch (state.kind) {
    case "step":
    case "callback": {
      const needs = place.model.reads(place.flow, state.step);
      if (needs !== undefined) yield { kind: "read", flow: place.flow, state, needs, document };
      return new Map([...document, ...place.model.writes(place.flow, state.step)]);
    }
    case "parallel":
      return yield* followParallel(state, document, place);
    case "choice":
      return yield* followChoice(state, document, place);
    case "map": {
      yield { kind: "map", flow: place.flow, state, over: state.over, document };
      const after = yield* followChain(state.each, document, place);
      const mayFail = toleratesFailures(state.distributed);
      const arrays = [...written(document, after)].map(([key, slot]) => [key, arrayOf(slot, mayFail)] as const);
      return new Map([...document, ...arrays]);
    }
    case "repeat": {
      const once = yield* followChain(state.round, document, place);
      // From the second round on a step finds what the round before has written.
      yield* followChain(state.round, once, place);
      return once;
    }
    case "start":
      return yield* followStart(state, document, place);
    case "state":
      return state.writes === undefined ? document : new Map([...document, ...slotsOf(state.writes, "state")]);
    default:
      return document;
  }
}

type Of<TKind extends StateOutline["kind"]> = Extract<StateOutline, { readonly kind: TKind }>;

function* followParallel(state: Of<"parallel">, document: FollowedDocument, place: Place): Following {
  const all = new Map(document);
  const writers = new Set<string>();
  for (const branch of state.branches) {
    for (const [key, slot] of written(document, yield* followChain(branch, document, place))) {
      if (writers.has(key)) yield { kind: "clash", flow: place.flow, state, key };
      writers.add(key);
      all.set(key, slot);
    }
  }
  return all;
}

function* followChoice(state: Of<"choice">, document: FollowedDocument, place: Place): Following {
  const ends: FollowedDocument[] = [];
  for (const way of [...state.cases.map(({ run }) => run), state.otherwise]) {
    const after = yield* followChain(way, document, place);
    if (!chainOutlineEnds(way)) ends.push(after);
  }
  return either(ends);
}

function* followStart(state: Of<"start">, document: FollowedDocument, { flow, waiting, model }: Place): Following {
  const needs = model.takes(state.flow);
  if (needs !== undefined) yield { kind: "read", flow, state, needs, document };
  const started = model.flows[state.flow];
  const within = [...waiting, flow];
  if (!state.wait || started === undefined || within.includes(started.name)) return document;
  return yield* followChain(started.states, document, { flow: started.name, waiting: within, model });
}

/** Whether no path goes on behind a chain. */
function chainOutlineEnds(chain: ChainOutline): boolean {
  const last = chain.at(-1);
  if (last === undefined) return false;
  if (last.kind === "choice") return [...last.cases.map(({ run }) => run), last.otherwise].every(chainOutlineEnds);
  return last.kind === "succeed" || last.kind === "fail" || (last.kind === "state" && last.ends);
}
