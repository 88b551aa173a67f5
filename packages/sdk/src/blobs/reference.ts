import { isObject } from "../json-object.js";

declare const blobKey: unique symbol;

/** Key of a blob in S3. Only `blob()` makes one, so that the compiler takes no other text of a document for it. */
export type BlobKey = string & { readonly [blobKey]: true };

/**
 * What the sidecar holds of a blob: where its bytes are, and what they are. Nothing else stands beside `$blob`.
 *
 * @example
 * ```ts
 * import type { BlobReference } from "@sfs3/sdk";
 *
 * const isPdf = ({ $blob }: BlobReference) => $blob.contentType === "application/pdf";
 * ```
 */
export interface BlobReference {
  readonly $blob: {
    /** `<transaction's id>/blobs/<step>/<UUID>`, in the bucket of the sidecar. */
    readonly key: BlobKey;
    /** Unit: bytes. */
    readonly size: number;
    readonly contentType: string;
    /** CRC-32 of all bytes: `crc32-`, and what S3 writes in `x-amz-checksum-crc32`. */
    readonly checksum: string;
  };
}

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const BELOW_TRANSACTION = `blobs/[A-Za-z0-9_-]{1,64}/${UUID}`;
const CONTENT_TYPE = "[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(?: *; *[ -:<-~]{1,200}){0,5}";
const CHECKSUM = "crc32-[A-Za-z0-9+/]{6}==";

export const KEY_PATTERN = new RegExp(`^([A-Za-z0-9_-]{1,64})/${BELOW_TRANSACTION}$`);
export const CONTENT_TYPE_PATTERN = new RegExp(`^${CONTENT_TYPE}$`);
export const CHECKSUM_PATTERN = new RegExp(`^${CHECKSUM}$`);

/**
 * Where a transaction's blobs lie, in both layouts: the parts of `<transaction's id>/` end in `.json`, which no blob
 * does.
 */
export const blobFolder = (processData: string): string => `${transactionOf(processData)}/blobs/`;

/** `processData` ends in `/` where it names the parts layout. */
const transactionOf = (processData: string): string => processData.replace(/\/$/, "");

/** Whether `key` may be opened by the steps of a transaction: it is a blob of that one. */
export const belongsTo = (key: string, processData: string): boolean =>
  KEY_PATTERN.exec(key)?.[1] === transactionOf(processData);

export const isContentType = (value: unknown): value is string =>
  typeof value === "string" && CONTENT_TYPE_PATTERN.test(value);

/** The reference, or `undefined` for whatever is not exactly one: what it names is looked for in the sidecar's bucket alone. */
export const parseReference = (value: unknown): BlobReference | undefined => {
  if (!isObject(value) || !hasExactly(value, ["$blob"]) || !isObject(value.$blob)) return undefined;
  const { $blob } = value;
  if (!hasExactly($blob, ["key", "size", "contentType", "checksum"])) return undefined;
  const { key, size, contentType, checksum } = $blob;
  if (typeof key !== "string" || !KEY_PATTERN.test(key)) return undefined;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return undefined;
  if (!isContentType(contentType)) return undefined;
  if (typeof checksum !== "string" || !CHECKSUM_PATTERN.test(checksum)) return undefined;
  return { $blob: { key: key as BlobKey, size, contentType, checksum } };
};

const hasExactly = (value: Record<string, unknown>, keys: readonly string[]): boolean =>
  Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));

/** The references in a JSON value to blobs that `step` wrote, wherever they stand in it. */
export const referencesOf = (output: unknown, { txnId, step }: { readonly txnId: string; readonly step: string }) => {
  const found = new Map<string, BlobReference>();
  const open: unknown[] = [output];
  for (let at = 0; at < open.length; at += 1) {
    const value = open[at];
    if (typeof value !== "object" || value === null) continue;
    const reference = parseReference(value);
    if (reference === undefined) open.push(...Object.values(value));
    else if (reference.$blob.key.startsWith(`${blobFolder(txnId)}${step}/`)) found.set(reference.$blob.key, reference);
  }
  return [...found.values()];
};
