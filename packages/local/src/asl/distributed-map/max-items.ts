import type { Fields } from "../fields.js";
import type { Query, QueryLanguage } from "../query-language.js";

/** Most items that a Map takes from its dataset. Source: Developer Guide, "ItemReader (Map)". */
const MAX_ITEMS = 100_000_000;

/** `MaxItems`. An evaluated number beyond the limit means the limit; 0 means all. */
export function readMaxItems(config: Fields, language: QueryLanguage): Query<number> | undefined {
  const literal = config.take("MaxItems");
  if (typeof literal === "number" && literal > MAX_ITEMS) config.refuse("MaxItems", `it is at most ${MAX_ITEMS}`);
  return language.integer(config, "MaxItems", { min: 0, max: Number.MAX_SAFE_INTEGER });
}

/** The first items only; whatever gives the others is told that nobody asks for them. */
export async function* upTo<T>(limit: number | undefined, items: AsyncIterable<T>): AsyncGenerator<T> {
  let left = Math.min(limit || MAX_ITEMS, MAX_ITEMS);
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}
