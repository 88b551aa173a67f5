import { S3Error } from "./errors.js";
import { compareKeys } from "./storage/bucket.js";

/** Which keys to list. */
export interface Listing {
  readonly prefix: string;
  /** Groups keys by what follows the prefix up to and with the delimiter. */
  readonly delimiter: string | undefined;
  /** Lists what sorts after this key; after all of its group where it is a common prefix. */
  readonly after: string | undefined;
  readonly maxKeys: number;
}

export interface ListingPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page starts; absent on the last page. */
  readonly nextAfter: string | undefined;
}

function commonPrefix(key: string, { prefix, delimiter }: Listing): string | undefined {
  if (delimiter === undefined || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** First position at which `isPast` holds; it must hold from there on. */
function lowerBound(keys: readonly string[], isPast: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isPast(keys[middle] ?? "")) high = middle;
    else low = middle + 1;
  }
  return low;
}

function startOf(keys: readonly string[], listing: Listing): number {
  const { after, prefix } = listing;
  const atPrefix = lowerBound(keys, (key) => compareKeys(key, prefix) >= 0);
  if (after === undefined) return atPrefix;
  const isGroup = commonPrefix(after, listing) === after;
  const isPast = (key: string) => compareKeys(key, after) > 0 && !(isGroup && key.startsWith(after));
  return Math.max(atPrefix, lowerBound(keys, isPast));
}

/** One page of `sortedKeys`. Keys that share a group count once towards `maxKeys`. */
export function listObjects(sortedKeys: readonly string[], listing: Listing): ListingPage {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last: string | undefined;
  for (let i = startOf(sortedKeys, listing); listing.maxKeys > 0 && i < sortedKeys.length; i++) {
    const key = sortedKeys[i] ?? "";
    if (!key.startsWith(listing.prefix)) break;
    const group = commonPrefix(key, listing);
    if (group !== undefined && group === last) continue;
    if (keys.length + commonPrefixes.length === listing.maxKeys) return { keys, commonPrefixes, nextAfter: last };
    if (group === undefined) keys.push(key);
    else commonPrefixes.push(group);
    last = group ?? key;
  }
  return { keys, commonPrefixes, nextAfter: undefined };
}

const TOKEN_PREFIX = "1:";

/** The continuation token of a page that ends at `after`. */
export function writeToken(after: string): string {
  return Buffer.from(TOKEN_PREFIX + after).toString("base64url");
}

/** @throws S3Error `InvalidArgument` where the token is not from here */
export function readToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (text.startsWith(TOKEN_PREFIX)) return text.slice(TOKEN_PREFIX.length);
  throw new S3Error("InvalidArgument", {
    message: "The continuation token provided is incorrect",
    details: { ArgumentName: "continuation-token", ArgumentValue: token },
  });
}
