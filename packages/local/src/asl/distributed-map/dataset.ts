import type { Query } from "../query-language.js";
import type { StateSource } from "../states/body.js";
import { type Item, itemsIn } from "./item.js";
import { readItemReader } from "./item-reader.js";

/** The items of one visit of a Map. */
export interface Dataset {
  /** What history says of its length: AWS says 0 of one that has yet to be read. */
  readonly length: number;
  open(): Items | Promise<Items>;
}

type Items = AsyncIterable<Item> | Iterable<Item>;

/** Where the items come from: an `ItemReader`, or else the state's data. */
export function readDataset(source: StateSource): Query<Dataset> {
  // As on AWS, an ItemReader makes Items and ItemsPath void.
  const stateData = source.language.dataset(source.fields);
  const openReader = readItemReader(source);
  if (openReader !== undefined) return (entry) => ({ length: 0, open: () => openReader(entry) });
  return async (entry) => {
    const data = await stateData(entry);
    return { length: Object.keys(data).length, open: () => itemsIn(data, "STATE_DATA") };
  };
}
