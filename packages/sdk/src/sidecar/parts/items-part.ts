import type { ExpectedItems } from "../../counted-items.js";
import { Sfs3Error } from "../../errors.js";
import type { SidecarLocation } from "../store.js";
import { inOrder } from "./in-order.js";
import { parsePart } from "./parse-part.js";
import { itemPrefix, partName, readPartName } from "./part-name.js";
import { getPart, listParts, type Part } from "./part-store.js";

/** Requests at once for the parts of one step. */
export const AHEAD = 16;

/** A Map's output that is there to its last item. */
export interface ItemsPart {
  readonly count: number;
  /** Fetched while they are iterated, each time anew. */
  readonly values: AsyncIterable<unknown>;
}

/**
 * The items under `key`; `undefined` where there is none.
 *
 * How many there have to be is what the machine says, or else what item 0 says: each run of a Map writes it, so that
 * items behind the last one are of an earlier, longer run. Where neither says so, they have to be without a gap. Where
 * the machine allows gaps, `null` stands for an item that is missing.
 *
 * @throws S3DataPreconditionError where one is missing
 */
export const findItems = async (
  location: SidecarLocation,
  key: string,
  expected: ExpectedItems | undefined,
): Promise<ItemsPart | undefined> => {
  if (expected?.gaps || expected?.count === 0) {
    return { count: expected.count, values: itemsOf(location, key, { ...expected, first: undefined }) };
  }
  const { leading, total } = await countItems(location, key);
  if (total === 0 && expected === undefined) return undefined;
  const first = leading === 0 ? undefined : await getPart(location, partName(key, 0));
  const count = expected?.count ?? first?.standing.journal?.items ?? total;
  if (first === undefined || leading < count) throw incomplete(location, key, { leading, count });
  return { count, values: itemsOf(location, key, { first, count, gaps: false }) };
};

/** `leading`: those before the first gap. */
const countItems = async (location: SidecarLocation, key: string) => {
  let leading = 0;
  let total = 0;
  for await (const { names } of listParts(location, { prefix: itemPrefix(key) })) {
    for (const part of names.map(readPartName)) {
      if (part?.kind !== "item") continue;
      total += 1;
      if (part.item === leading) leading += 1;
    }
  }
  return { leading, total };
};

const itemsOf = (
  location: SidecarLocation,
  key: string,
  { first, count, gaps }: ExpectedItems & { readonly first: Part | undefined },
): AsyncIterable<unknown> => ({
  async *[Symbol.asyncIterator]() {
    if (first !== undefined) yield parsePart(first, location.txnId);
    const others = indexes(first === undefined ? 0 : 1, count);
    yield* inOrder(others, AHEAD, async (index) => {
      const part = await getPart(location, partName(key, index));
      if (part === undefined && gaps) return null;
      if (part === undefined) throw incomplete(location, key, { leading: index, count });
      return parsePart(part, location.txnId);
    });
  },
});

function* indexes(from: number, end: number): Generator<number, void, undefined> {
  for (let index = from; index < end; index += 1) yield index;
}

const incomplete = (
  { step, txnId }: SidecarLocation,
  key: string,
  { leading, count }: { readonly leading: number; readonly count: number },
): Sfs3Error =>
  new Sfs3Error(
    "S3DataPreconditionError",
    `Step '${step}' misses item ${leading} of ${count} of '${key}' in the sidecar of transaction '${txnId}'.`,
  );
