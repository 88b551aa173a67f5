import { type FlowOutline, outlineOf, type StateOutline, startedFlows } from "../outline.js";
import type { FlowDefinition } from "../state.js";
import { followDocument, modelOf } from "./follow.js";
import { type FollowedDocument, type FollowedSlot, written } from "./slot.js";

type MapOutline = Extract<StateOutline, { readonly kind: "map" }>;

/** An array that a map of the flow goes over, and those that its items write. */
export interface MappedArray {
  readonly map: MapOutline;
  /** Top-level key of the sidecar under which the array lies. */
  readonly key: string;
  /** Where below that; empty where the key itself holds it. */
  readonly path: readonly string[];
  /** What is under the key at that point. */
  readonly slot: FollowedSlot;
  /** What the items write, by key. */
  readonly outputs: FollowedDocument;
}

/** The maps of a flow with their arrays; of one that goes over nothing that is there, nothing is said. */
export function mappedArrays(flow: FlowDefinition): readonly MappedArray[] {
  const outline = outlineOf(flow);
  const outlines: readonly FlowOutline[] = [...startedFlows(flow).map(outlineOf), outline];
  const before = new Map<StateOutline, FollowedDocument>();
  const found = new Map<StateOutline, MappedArray>();
  for (const event of followDocument(outline, modelOf(Object.fromEntries(outlines.map((one) => [one.name, one]))))) {
    if (event.flow !== flow.name) continue;
    if (event.kind === "map") before.set(event.state, event.document);
    const passed = event.kind === "place" ? event.chain[event.position - 1] : undefined;
    const start = passed && before.get(passed);
    if (event.kind !== "place" || passed?.kind !== "map" || start === undefined) continue;
    const array = mappedArray(passed, start, event.document);
    if (array !== undefined) found.set(passed, array);
  }
  return [...found.values()];
}

function mappedArray(map: MapOutline, before: FollowedDocument, after: FollowedDocument): MappedArray | undefined {
  const { key, path } = placeOf(map.over, before);
  const slot = before.get(key);
  // A recovery may have written other keys than the items do.
  const outputs = new Map([...written(before, after)].filter(([, { perItem }]) => perItem));
  return slot && { map, key, path, slot, outputs };
}

/** Where `over` points to: a key of the document, or a dotted path below one. */
export function placeOf(
  over: string,
  document: FollowedDocument,
): { readonly key: string; readonly path: readonly string[] } {
  if (document.has(over)) return { key: over, path: [] };
  const [key = "", ...path] = over.split(".");
  return { key, path };
}
