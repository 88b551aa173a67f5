import type { StoredObject } from "./s3.js";
import type { StateEntry } from "./state-entry.js";

/** A sidecar, whichever objects it lies in: outputs by their slots, and the journal. */
export interface SidecarView {
  /** JSON by output key; of a Map's step by `<output key>[<index>]`. */
  readonly slots: ReadonlyMap<string, string>;
  /** By step name; of a Map's step by `<step name>[<index>]`. */
  readonly journal: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

export type LayoutName = "document";

/** Where a layout keeps what. */
export interface Layout {
  readonly name: LayoutName;
  /** What the payload's `processData` says. */
  processData(txnId: string): string;
  /** The transaction that an object belongs to; `undefined` for objects that are no sidecar's. */
  txnOf(key: string): string | undefined;
  /** The object that tells an invocation whether its entry has committed. */
  journalObject(entry: StateEntry): string;
  view(objects: ReadonlyMap<string, StoredObject>, txnId: string, mapped: ReadonlySet<string>): SidecarView;
}

export const itemSlot = (key: string, item: number | undefined): string =>
  item === undefined ? key : `${key}[${item}]`;

const JOURNAL_KEY = "$sfs3";

/** The slots of one output: a Map's array has one an item. */
const slotsOf = (key: string, value: unknown, mapped: ReadonlySet<string>): readonly (readonly [string, string])[] => {
  if (!mapped.has(key) || !Array.isArray(value)) return [[key, JSON.stringify(value)]];
  return value.flatMap((item: unknown, index) =>
    item === null ? [] : [[itemSlot(key, index), JSON.stringify(item)] as const],
  );
};

const documentLayout: Layout = {
  name: "document",
  processData: (txnId) => txnId,
  txnOf: (key) => (key.includes("/") ? undefined : key),
  journalObject: ({ txnId }) => txnId,
  view: (objects, txnId, mapped) => {
    const text = objects.get(txnId)?.bytes.toString("utf8") ?? "{}";
    const { [JOURNAL_KEY]: journal = {}, ...outputs } = JSON.parse(text) as Record<string, object>;
    return {
      slots: new Map(Object.entries(outputs).flatMap(([key, value]) => slotsOf(key, value, mapped))),
      journal: new Map(Object.entries(journal)),
    };
  },
};

export const LAYOUTS: readonly [Layout, ...Layout[]] = [documentLayout];
