import type { AnyStep } from "../../step.js";
import { checkInputs } from "../check/inputs.js";
import type { JsonSchema } from "../check/json-schema.js";
import { refusalOf } from "../check/problem.js";
import { type ChainOutline, chainsInside, outlineOf, startedFlows } from "../outline.js";
import { refusal } from "../refusal.js";
import { type Chain, type FlowDefinition, innerChains } from "../state.js";
import { followDocument, modelOf } from "./follow.js";
import type { FollowedDocument, FollowedSlot, SlotWriter } from "./slot.js";

/** A place in a flow: before the state of `chain` that has this position, or behind its last one. */
export interface FlowPlace {
  readonly chain: Chain;
  /** 0 to the chain's length. */
  readonly position: number;
}

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

/**
 * What the sidecar holds when a process comes to a place in its flow, inside a repeat in the first round: what a step that
 * stood there could read.
 *
 * @param place in one of the chains of `flow` itself: those of flows that it starts are not looked into
 * @throws `FlowDefinitionError` for a flow in which a step reads what it cannot find, or a place that is not in it
 *
 * @example
 * ```ts
 * import { documentAt } from "@sfs3/sdk/flow";
 * import { orders } from "./flow.js";
 *
 * const atTheEnd = documentAt(orders, { chain: orders.states, position: orders.states.length });
 * console.log([...atTheEnd.keys()]); // ["orderId", "reserve-output"]
 * ```
 */
export function documentAt(flow: FlowDefinition, { chain, position }: FlowPlace): Document {
  for (const problem of checkInputs(flow)) throw refusalOf(problem);
  const outline = outlineOf(flow);
  const flows = [flow, ...startedFlows(flow)];
  const model = modelOf(Object.fromEntries(flows.map((one) => [one.name, one === flow ? outline : outlineOf(one)])));
  const wanted = counterpart(flow.states, outline.states, chain);
  for (const event of followDocument(outline, model)) {
    if (event.kind !== "place" || event.chain !== wanted || event.position !== position) continue;
    return withSteps(event.document, flows);
  }
  throw refusal(`${flow.name} has no such place.`, "Take a chain of the flow, and a position in it.");
}

/** The outline of a chain; `undefined` where the chain is not in the flow. */
function counterpart(chain: Chain, outline: ChainOutline, wanted: Chain): ChainOutline | undefined {
  if (chain === wanted) return outline;
  for (const [index, state] of chain.entries()) {
    const outlined = outline[index];
    const inner = outlined === undefined ? [] : chainsInside(outlined);
    for (const [branch, below] of innerChains(state).entries()) {
      const found = counterpart(below, inner[branch] ?? [], wanted);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function withSteps(document: FollowedDocument, flows: readonly FlowDefinition[]): Document {
  const stepOf = (writer: SlotWriter): Writer | undefined =>
    typeof writer === "string" ? writer : flows.find(({ name }) => name === writer.flow)?.handlers[writer.step];
  return new Map(
    [...document].map(([key, { certain, perItem, gaps: _, writers, ...slot }]) => [
      key,
      { schema: schemaOf(slot), certain, perItem, writers: writers.flatMap((writer) => stepOf(writer) ?? []) },
    ]),
  );
}

function schemaOf({ schemas }: Pick<FollowedSlot, "schemas">): JsonSchema {
  const [first, ...others] = schemas.map(({ schema }) => schema);
  return first !== undefined && others.length === 0 ? first : { anyOf: schemas.map(({ schema }) => schema) };
}
