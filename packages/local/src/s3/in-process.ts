import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { withWriteCondition } from "./conditions.js";
import { S3Error } from "./errors.js";
import { listObjects, readToken, writeToken } from "./list-objects.js";
import { objectHeaders, userMetadata } from "./object-headers.js";
import { checkObjectKey } from "./object-key.js";
import type { ByteRange } from "./range.js";
import type { Services } from "./server/request.js";
import { bodyStream } from "./storage/body-stream.js";
import type { ObjectAddress } from "./storage/find-object.js";
import type { ObjectSummary } from "./storage/object-summary.js";
import { NULL_VERSION, type ObjectRecord } from "./storage/object-version.js";
import { writeObject } from "./storage/write-object.js";

/** What is known of an object besides its body. */
export interface ObjectDescription {
  /** Unit: bytes. */
  readonly sizeBytes: number;
  /** With its quotes, as in the `ETag` header. */
  readonly etag: string;
  readonly contentType: string;
  readonly lastModified: Date;
  /** The `x-amz-meta-*` headers, without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Absent where the object was written without versioning. */
  readonly versionId?: string;
}

/** An object whose body is to be read, or destroyed; it stays this version whatever is written meanwhile. */
export interface OpenedObject extends ObjectDescription {
  readonly body: Readable;
}

/** What is stored under a key. */
export interface StoredObject extends Pick<ObjectDescription, "etag" | "contentType" | "lastModified" | "metadata"> {
  readonly body: Buffer;
}

/** Which object is read. */
export interface ReadObjectOptions {
  /** Default: the current version. */
  readonly versionId?: string;
}

/** Which object, and which part of it, is read. */
export interface OpenObjectOptions extends ReadObjectOptions {
  /** Both ends count, in bytes from 0. Default: all of it. */
  readonly range?: ByteRange;
}

/** What a put may set besides the body. */
export interface PutOptions {
  /** Default: `binary/octet-stream`. */
  readonly contentType?: string;
  /** At most 2 KB in all. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Writes only where this is the ETag of the object there is. */
  readonly ifMatch?: string;
  /** Writes only where there is no object. */
  readonly ifNoneMatch?: "*";
}

/** What a listing holds, by the names of ListObjectsV2. */
export interface ListObjectsOptions {
  /** Default: all keys. */
  readonly prefix?: string;
  /** Groups keys by what follows the prefix up to and with the delimiter. */
  readonly delimiter?: string;
  readonly startAfter?: string;
  /** From the page before; takes precedence over `startAfter`. */
  readonly continuationToken?: string;
  /** From 1 to 1,000, groups included. Default: 1,000. */
  readonly maxKeys?: number;
}

/** An object in a listing. */
export interface ListedObject extends Pick<ObjectDescription, "etag" | "lastModified" | "sizeBytes"> {
  readonly key: string;
  readonly storageClass: string;
  readonly checksumAlgorithm?: string;
  readonly checksumType?: string;
}

/** A page of a listing. */
export interface ObjectList {
  readonly contents: readonly ListedObject[];
  readonly commonPrefixes: readonly string[];
  /** Absent on the last page. */
  readonly nextContinuationToken?: string;
}

function describe(record: ObjectRecord): ObjectDescription {
  const { sizeBytes, etag, headers, lastModifiedMs, versionId } = record;
  return {
    sizeBytes,
    etag: `"${etag}"`,
    contentType: headers["content-type"] ?? "",
    lastModified: new Date(lastModifiedMs),
    metadata: userMetadata(headers),
    ...(versionId !== NULL_VERSION && { versionId }),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof S3Error && error.code === "NoSuchKey";
}

export function headInProcess({ store }: Services, address: ObjectAddress): ObjectDescription | undefined {
  try {
    return describe(store.objects.head(address));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function openInProcess(
  { store }: Services,
  address: ObjectAddress,
  range?: ByteRange,
): Promise<OpenedObject | undefined> {
  try {
    const object = await store.objects.open(address);
    return { ...describe(object.record), body: bodyStream(object, range) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function getInProcess(services: Services, address: ObjectAddress): Promise<StoredObject | undefined> {
  const object = await openInProcess(services, address);
  if (object === undefined) return undefined;
  const { etag, contentType, lastModified, metadata } = object;
  return { body: await buffer(object.body), etag, contentType, lastModified, metadata };
}

interface InProcessPut extends PutOptions {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array | string | Readable;
}

function conditionHeaders({ ifMatch, ifNoneMatch }: PutOptions): Record<string, string> {
  return { ...(ifMatch && { "if-match": ifMatch }), ...(ifNoneMatch && { "if-none-match": ifNoneMatch }) };
}

export async function putInProcess(services: Services, put: InProcessPut): Promise<string> {
  const { bucket, key, body, contentType, metadata = {} } = put;
  const { store } = services;
  const named = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name.toLowerCase()}`, value]);
  const headers = objectHeaders({ ...Object.fromEntries(named), ...(contentType && { "content-type": contentType }) });
  checkObjectKey(key);
  store.bucket(bucket);
  return await withWriteCondition({ bucket, key, headers: conditionHeaders(put) }, store, async (condition) => {
    const source = body instanceof Readable ? body : Readable.from([Buffer.from(body)], { objectMode: false });
    const staged = await store.stage({ source, algorithms: new Set() });
    const { etag } = await writeObject(services, { bucket, key, staged, checksum: undefined, headers, condition });
    return `"${etag}"`;
  });
}

function listed({ key, etag, lastModifiedMs, sizeBytes, storageClass, ...object }: ObjectSummary): ListedObject {
  const { checksumAlgorithm, checksumType } = object;
  return {
    key,
    etag: `"${etag}"`,
    lastModified: new Date(lastModifiedMs),
    sizeBytes,
    storageClass,
    ...(checksumAlgorithm && checksumType && { checksumAlgorithm, checksumType }),
  };
}

const MAX_KEYS = 1000;

export function listInProcess({ store }: Services, bucket: string, options: ListObjectsOptions): ObjectList {
  const { prefix = "", delimiter, startAfter, continuationToken, maxKeys = MAX_KEYS } = options;
  const { current, keys } = store.bucket(bucket);
  const page = listObjects(keys(), {
    prefix,
    delimiter: delimiter || undefined,
    after: continuationToken === undefined ? startAfter : readToken(continuationToken),
    maxKeys: Math.min(maxKeys, MAX_KEYS),
  });
  return {
    contents: page.keys.flatMap((key) => current(key) ?? []).map(listed),
    commonPrefixes: page.commonPrefixes,
    ...(page.nextAfter !== undefined && { nextContinuationToken: writeToken(page.nextAfter) }),
  };
}
