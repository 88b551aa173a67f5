import type { Json } from "../json.js";
import { nextTurn } from "../next-turn.js";
import type { Query } from "../query-language.js";
import type { StateEntry } from "../state.js";
import { type Item, itemInput, mapItemOf } from "./item.js";
import { type BatchLimits, batches, type ChildInput } from "./item-batcher.js";

export interface NumberedInput extends ChildInput {
  /** Its place among all. */
  readonly index: number;
}

interface Selection {
  readonly items: AsyncIterable<Item> | Iterable<Item>;
  /** `ItemSelector`. */
  readonly selector: Query<Json> | undefined;
  readonly limits: BatchLimits | undefined;
}

// Items that are in memory would otherwise keep the whole process from hearing anything else.
const INPUTS_PER_TURN = 200;

/** What the children work on, in the order of the items; made no sooner than it is asked for. */
export async function* childInputs(entry: StateEntry, selection: Selection): AsyncGenerator<NumberedInput> {
  const { limits } = selection;
  const selected = selectedItems(entry, selection);
  let index = 0;
  for await (const child of limits === undefined ? onePerItem(selected) : batches(selected, limits)) {
    if (index % INPUTS_PER_TURN === 0) await nextTurn();
    yield { ...child, index };
    index += 1;
  }
}

async function* selectedItems(entry: StateEntry, { items, selector }: Selection): AsyncGenerator<Json> {
  let index = 0;
  for await (const item of items) {
    if (selector === undefined) yield itemInput(item);
    else yield await selector({ ...entry, line: { ...entry.line, mapItem: mapItemOf(item, index) } });
    index += 1;
  }
}

async function* onePerItem(items: AsyncIterable<Json>): AsyncGenerator<ChildInput> {
  for await (const input of items) yield { input, itemCount: 1 };
}
