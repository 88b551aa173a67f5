import type { StoredObject } from "./s3.js";
import type { StateEntry } from "./state-entry.js";

/** A sidecar, whichever objects it lies in: outputs by their slots, and the journal. */
export interface SidecarView {
  /** JSON by output key; of a Map's step by `<output key>[<index>]`. */
  readonly slots: ReadonlyMap<string, string>;
  /** By step name; of a Map's step by `<step name>[<index>]`. */
  readonly journal: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

export type LayoutName = "document" | "parts";

/** Where a layout keeps what. */
export interface Layout {
  readonly name: LayoutName;
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

const INPUT = "input.json";
const START_ENTRY = "$start";
const ITEM = /^(?<key>[^/]+)\/(?<item>\d{8})\.json$/;

/** The journal entry of a part, and whose it is. */
type PartJournal = Readonly<Record<string, unknown>> & { readonly step?: string; readonly item?: number };

const slotOfPart = (name: string): string => {
  const { key, item } = ITEM.exec(name)?.groups ?? {};
  return key === undefined ? name.replace(/\.json$/, "") : itemSlot(key, Number(item));
};

const partsLayout: Layout = {
  name: "parts",
  txnOf: (key) => (key.includes("/") && !key.startsWith("ends/") ? key.slice(0, key.indexOf("/")) : undefined),
  journalObject: ({ txnId, outputKey, item }) => {
    const part = item === undefined ? outputKey : `${outputKey}/${String(item).padStart(8, "0")}`;
    return `${txnId}/${part}.json`;
  },
  view: (objects, txnId) => {
    const slots = new Map<string, string>();
    const journal = new Map<string, PartJournal>();
    for (const [key, { bytes, metadata }] of objects) {
      if (!key.startsWith(`${txnId}/`)) continue;
      const name = key.slice(txnId.length + 1);
      const value: unknown = JSON.parse(bytes.toString("utf8"));
      slots.set(name === INPUT ? name : slotOfPart(name), JSON.stringify(value));
      const { step = START_ENTRY, ...entry } = JSON.parse(metadata["sfs3-journal"] ?? "{}") as PartJournal;
      journal.set(name === INPUT ? START_ENTRY : itemSlot(step, entry.item), entry);
    }
    return { slots, journal };
  },
};

export const LAYOUTS: readonly [Layout, ...Layout[]] = [documentLayout, partsLayout];
