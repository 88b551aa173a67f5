import type { JsonSchema } from "../check/json-schema.js";

/** A schema, and the document that its `$ref`s point into. */
export interface PlacedSchema {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}

/** A key of the sidecar at one point of the flow. */
export interface Slot {
  /** What it may hold: a value of one of these. */
  readonly schemas: readonly PlacedSchema[];
  /** False where only some paths write it. */
  readonly certain: boolean;
}

/** The sidecar at one point of the flow, by key. */
export type Document = ReadonlyMap<string, Slot>;

/** What a chain changed in the document it set out from. */
export const written = (start: Document, end: Document): Document =>
  new Map([...end].filter(([key, slot]) => start.get(key) !== slot));

/** The document where paths meet: certain is what every path surely wrote. */
export function either(paths: readonly Document[]): Document {
  const [first = new Map<string, Slot>(), ...others] = paths;
  const keys = new Set(paths.flatMap((path) => [...path.keys()]));
  return new Map(
    [...keys].map((key) => {
      const slots = paths.flatMap((path) => path.get(key) ?? []);
      const same = slots.length === paths.length && others.every((path) => path.get(key) === first.get(key));
      const slot = {
        schemas: [...new Set(slots.flatMap(({ schemas }) => schemas))],
        certain: slots.length === paths.length && slots.every(({ certain }) => certain),
      };
      return [key, same && slots[0] !== undefined ? slots[0] : slot];
    }),
  );
}

/** A slot of arrays whose items are what another slot holds. */
export const arrayOf = ({ schemas, certain }: Slot): Slot => ({
  schemas: schemas.map(({ schema, root }) => ({ schema: { type: "array", items: schema }, root })),
  certain,
});
