import { compareKeys } from "./storage/bucket.js";

/** What is listed several times under one key: a version, or an upload. */
export interface Entry {
  readonly key: string;
  readonly id: string;
}

/** Which entries to list. */
export interface EntryListing {
  readonly prefix: string;
  /** Groups keys by what follows the prefix up to and with the delimiter. */
  readonly delimiter: string | undefined;
  /** Lists what comes after this key; with `idMarker`, what comes after that entry of the key. */
  readonly keyMarker: string | undefined;
  readonly idMarker: string | undefined;
  readonly maxEntries: number;
}

export interface EntryPage<TEntry> {
  readonly entries: readonly TEntry[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page starts, absent on the last one; a group has no id. */
  readonly next: { readonly key: string; readonly id?: string } | undefined;
}

function commonPrefix(key: string, { prefix, delimiter }: EntryListing): string | undefined {
  const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + (delimiter ?? "").length);
}

/** Position of the first entry after the markers. An entry that is gone since leaves no other of its key out. */
function startOf(entries: readonly Entry[], listing: EntryListing): number {
  const { keyMarker, idMarker } = listing;
  if (keyMarker === undefined) return 0;
  const isGroup = commonPrefix(keyMarker, listing) === keyMarker;
  const isPast = (key: string) => compareKeys(key, keyMarker) > 0 && !(isGroup && key.startsWith(keyMarker));
  const atMarker = entries.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  if (atMarker !== -1) return atMarker + 1;
  const start = entries.findIndex(({ key }) => isPast(key) || (idMarker !== undefined && key === keyMarker));
  return start === -1 ? entries.length : start;
}

/** One page of entries sorted by key. Entries that share a group count once towards `maxEntries`. */
export function listEntries<TEntry extends Entry>(sorted: readonly TEntry[], listing: EntryListing): EntryPage<TEntry> {
  const entries: TEntry[] = [];
  const commonPrefixes: string[] = [];
  const matching = sorted.filter(({ key }) => key.startsWith(listing.prefix));
  let next: EntryPage<TEntry>["next"];
  for (const entry of listing.maxEntries > 0 ? matching.slice(startOf(matching, listing)) : []) {
    const group = commonPrefix(entry.key, listing);
    if (group !== undefined && group === commonPrefixes.at(-1)) continue;
    if (entries.length + commonPrefixes.length === listing.maxEntries) return { entries, commonPrefixes, next };
    if (group === undefined) entries.push(entry);
    else commonPrefixes.push(group);
    next = group === undefined ? { key: entry.key, id: entry.id } : { key: group };
  }
  return { entries, commonPrefixes, next: undefined };
}
