import type { AnyStep, Schema } from "../../step.js";
import { refusal } from "../refusal.js";
import type { Catcher, Chain, FlowState, MapState, ParallelState, StartState } from "../state.js";
import { nameStates } from "../state-names.js";
import type { Checked } from "./checked.js";
import { canProvide, type JsonSchema, jsonSchemaOf, type Properties, propertiesOf } from "./json-schema.js";
import { chainEnds } from "./reachability.js";

/** What writes a key: the process's input, a step, or a hand-written state. */
export type Writer = "input" | "state" | AnyStep;

/** A key of the sidecar at one point of a flow. */
export interface Slot {
  /** What lies there, as JSON Schema. */
  readonly schema: JsonSchema;
  /** `false` where only some paths write it, or the input may lack it. */
  readonly certain: boolean;
  /** Who may have written it: more than one where paths meet. */
  readonly writers: readonly Writer[];
  /** Whether it is an array with what each item of a map wrote. */
  readonly perItem: boolean;
}

/** The sidecar's document at one point of a flow, by key. */
export type Document = ReadonlyMap<string, Slot>;

/** Follows the document through the flow and refuses a step that cannot find there what it requires. */
export function checkInputs(checked: Checked): void {
  const { flow } = checked;
  const input = propertiesOf(jsonSchemaOf(flow.input, "output"));
  if (input === undefined) throw refusal(`${flow.name}: its input is not an object schema.`, "Use z.object({ ... }).");
  followChain(flow.states, slotsOf(input, "input"), checked);
}

/** The document behind a chain. Copied where paths part, so a chain may write into its own. */
function followChain(chain: Chain, start: Document, checked: Checked): Document {
  const document = new Map(start);
  for (const [position, state] of chain.entries()) {
    checked.visit?.({ chain, position }, document);
    const before = state.catchers.length > 0 ? new Map(document) : document;
    const after = followState(state, document, checked);
    if (after !== document) replace(document, after);
    for (const catcher of state.catchers) replace(document, afterCatcher(catcher, before, document, checked));
  }
  checked.visit?.({ chain, position: chain.length }, document);
  return document;
}

function replace(document: Map<string, Slot>, by: Document): void {
  const entries = [...by];
  document.clear();
  for (const [key, slot] of entries) document.set(key, slot);
}

function followState(state: FlowState, document: Map<string, Slot>, checked: Checked): Document {
  switch (state.kind) {
    case "step":
    case "callback":
      requireInputs(state.step.schemaIn, document, `the step '${checked.nameOf(state)}'`, checked);
      return document.set(state.step.options.outputKey, outputOf(state.step));
    case "parallel":
      return afterParallel(state, document, checked);
    case "choice": {
      const ways = [...state.cases.map((way) => way.run), state.otherwise];
      const ends = ways.map((way) => ({ ended: chainEnds(way), document: followChain(way, document, checked) }));
      return either(ends.filter(({ ended }) => !ended).map((end) => end.document));
    }
    case "map":
      return afterMap(state, document, checked);
    case "repeat":
      return followChain(state.body, document, checked);
    case "start": {
      requireInputs(
        state.flow.input,
        document,
        `the flow '${state.flow.name}' that '${checked.nameOf(state)}' starts`,
        checked,
      );
      return state.wait ? followChain(state.flow.states, document, started(state)) : document;
    }
    case "state":
      return new Map([...document, ...declaredWrites(state.writes)]);
    default:
      return document;
  }
}

/** Messages about a started flow speak of its own states. */
function started({ flow }: StartState): Checked {
  const names = nameStates(flow.states);
  return { flow, nameOf: (state) => names.get(state) ?? state.kind };
}

const outputOf = (step: AnyStep): Slot => ({
  schema: jsonSchemaOf(step.schemaOut, "output"),
  certain: true,
  writers: [step],
  perItem: false,
});

function requireInputs(schema: Schema, document: Document, reader: string, { flow }: Checked): void {
  for (const [key, needed] of propertiesOf(jsonSchemaOf(schema, "input")) ?? []) {
    const slot = document.get(key);
    if (slot === undefined && !needed.required) continue;
    if (slot === undefined) {
      throw refusal(
        `${flow.name}: ${reader} reads '${key}', which nothing before it writes.`,
        `Place the step that writes it earlier, add '${key}' to the flow's input, or make it optional in the schema.`,
      );
    }
    if (!slot.certain && needed.required) {
      throw refusal(
        `${flow.name}: ${reader} reads '${key}', which only some paths write.`,
        "Write it on every path, or make it optional in the schema.",
      );
    }
    if (!canProvide(slot.schema, needed.schema)) {
      throw refusal(
        `${flow.name}: ${reader} reads '${key}' as another type than the flow writes.`,
        "Use the writing step's schemaOut in the reading step's schemaIn.",
      );
    }
  }
}

/** What a chain changed in the document it set out from. */
const written = (start: Document, end: Document): ReadonlyMap<string, Slot> =>
  new Map([...end].filter(([key, slot]) => start.get(key) !== slot));

function afterParallel(state: ParallelState, document: Document, checked: Checked): Document {
  const all = new Map(document);
  const writers = new Map<string, number>();
  state.branches.forEach((branch, index) => {
    for (const [key, slot] of written(document, followChain(branch, document, checked))) {
      if (writers.has(key)) {
        throw refusal(
          `${checked.flow.name}, '${checked.nameOf(state)}': two branches write '${key}'.`,
          "Give one of the steps another outputKey; which of the two came last would be chance.",
        );
      }
      writers.set(key, index);
      all.set(key, slot);
    }
  });
  return all;
}

function afterMap(state: MapState, document: Document, checked: Checked): Document {
  requireArray(state, document, checked);
  const changes = written(document, followChain(state.body, document, checked));
  const arrays = [...changes].map(([key, slot]) => {
    return [key, { ...slot, schema: { type: "array", items: slot.schema }, perItem: true }] as const;
  });
  return new Map([...document, ...arrays]);
}

function requireArray(state: MapState, document: Document, { flow, nameOf }: Checked): void {
  const [key = "", ...path] = document.has(state.over) ? [state.over] : state.over.split(".");
  const schema = path.reduce<JsonSchema | undefined>(
    (found, name) => (found === undefined ? undefined : propertiesOf(found)?.get(name)?.schema),
    document.get(key)?.schema,
  );
  if (schema === undefined || !canProvide(schema, { type: "array" })) {
    throw refusal(
      `${flow.name}: the map '${nameOf(state)}' goes over '${state.over}', which is no array there.`,
      "Name an array that an earlier step writes.",
    );
  }
}

function afterCatcher({ recovery }: Catcher, before: Document, after: Document, checked: Checked): Document {
  const recovered = followChain(recovery, before, checked);
  return chainEnds(recovery) ? new Map(after) : either([new Map(after), recovered]);
}

/** The document where paths meet: certain is what every path surely wrote. */
function either(paths: readonly Document[]): Document {
  const [first = new Map<string, Slot>(), ...others] = paths;
  const keys = new Set(paths.flatMap((path) => [...path.keys()]));
  return new Map(
    [...keys].map((key) => {
      const slots = paths.flatMap((path) => path.get(key) ?? []);
      const same = slots.length === paths.length && others.every((path) => path.get(key) === first.get(key));
      const slot = {
        schema: { anyOf: slots.map(({ schema }) => schema) },
        certain: slots.length === paths.length && slots.every(({ certain }) => certain),
        writers: [...new Set(slots.flatMap(({ writers }) => writers))],
        perItem: slots.some(({ perItem }) => perItem),
      };
      return [key, same && slots[0] !== undefined ? slots[0] : slot];
    }),
  );
}

const declaredWrites = (schema: Schema | undefined): Document =>
  slotsOf((schema === undefined ? undefined : propertiesOf(jsonSchemaOf(schema, "output"))) ?? new Map(), "state");

const slotsOf = (properties: Properties, writer: Writer): Document =>
  new Map(
    [...properties].map(([key, { schema, required }]) => [
      key,
      { schema, certain: required, writers: [writer], perItem: false },
    ]),
  );
