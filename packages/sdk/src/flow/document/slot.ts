import type { JsonSchema } from "../check/json-schema.js";

/** A schema, and the document that its `$ref`s point into. */
export interface PlacedSchema {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}

/** What writes a key: the process's input, a hand-written state, or a step, by its flow's name and its own. */
export type SlotWriter = "input" | "state" | { readonly flow: string; readonly step: string };

/** A key of the sidecar at one point of the flow. */
export interface FollowedSlot {
  /** What it may hold: a value of one of these. */
  readonly schemas: readonly PlacedSchema[];
  /** False where only some paths write it. */
  readonly certain: boolean;
  /** Who may have written it: more than one where paths meet. */
  readonly writers: readonly SlotWriter[];
  /** Whether it is an array with what each item of a map wrote. */
  readonly perItem: boolean;
  /** Whether it is such an array, and items may be missing in it. */
  readonly gaps: boolean;
}

/** The sidecar at one point of the flow, by key. */
export type FollowedDocument = ReadonlyMap<string, FollowedSlot>;

/** What a chain changed in the document it set out from. */
export const written = (start: FollowedDocument, end: FollowedDocument): FollowedDocument =>
  new Map([...end].filter(([key, slot]) => start.get(key) !== slot));

/** The document where paths meet: certain is what every path surely wrote. */
export function either(paths: readonly FollowedDocument[]): FollowedDocument {
  const [first = new Map<string, FollowedSlot>(), ...others] = paths;
  const keys = new Set(paths.flatMap((path) => [...path.keys()]));
  return new Map(
    [...keys].map((key) => {
      const slots = paths.flatMap((path) => path.get(key) ?? []);
      const same = slots.length === paths.length && others.every((path) => path.get(key) === first.get(key));
      const slot = {
        schemas: [...new Set(slots.flatMap(({ schemas }) => schemas))],
        certain: slots.length === paths.length && slots.every(({ certain }) => certain),
        writers: [...new Set(slots.flatMap(({ writers }) => writers))],
        perItem: slots.some(({ perItem }) => perItem),
        gaps: slots.some(({ gaps }) => gaps),
      };
      return [key, same && slots[0] !== undefined ? slots[0] : slot];
    }),
  );
}

/** A slot of arrays whose items are what another slot holds, or `null` where an item may not have written it. */
export const arrayOf = ({ schemas, ...slot }: FollowedSlot, mayFail: boolean): FollowedSlot => {
  const gaps = mayFail || !slot.certain;
  const itemsOf = (schema: JsonSchema): JsonSchema => (gaps ? { anyOf: [schema, { type: "null" }] } : schema);
  return {
    ...slot,
    perItem: true,
    gaps,
    schemas: schemas.map(({ schema, root }) => ({ schema: { type: "array", items: itemsOf(schema) }, root })),
  };
};
