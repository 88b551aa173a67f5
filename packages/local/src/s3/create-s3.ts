import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { checkBucketName } from "./bucket-name.js";
import { objectHeaders, userMetadata } from "./object-headers.js";
import { checkObjectKey } from "./object-key.js";
import { createHandler } from "./server/handler.js";
import type { Services } from "./server/request.js";
import { bodyStream } from "./storage/body-stream.js";
import { openStore } from "./storage/store.js";
import { writeObject } from "./storage/write-object.js";

/** Settings of {@link createS3}. */
export interface S3Options {
  /** Folder that holds the buckets; created where absent. A lock file keeps other processes out of it. */
  readonly dataDir: string;
  /** Unit: milliseconds since 1970, UTC. Default: `Date.now`. */
  readonly now?: () => number;
  /** Hears of what is wrong but stops nothing, such as a torn file. Default: `process.emitWarning`. */
  readonly warn?: (message: string) => void;
}

/** What is stored under a key. */
export interface StoredObject {
  readonly body: Buffer;
  /** With its quotes, as in the `ETag` header. */
  readonly etag: string;
  readonly contentType: string;
  readonly lastModified: Date;
  /** The `x-amz-meta-*` headers, without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What {@link S3.putObject} may set besides the body. */
export interface PutOptions {
  /** Default: `binary/octet-stream`. */
  readonly contentType?: string;
  /** At most 2 KB in all. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** An embedded S3. Its functions need no `this`. */
export interface S3 {
  /** Answers one HTTP request to S3. Never rejects for what a client did. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Creates a bucket where it does not exist. @throws S3Error `InvalidBucketName` */
  createBucket(name: string): Promise<void>;
  /** Reads an object whole; `undefined` where there is none. @throws S3Error `NoSuchBucket` */
  getObject(bucket: string, key: string): Promise<StoredObject | undefined>;
  /** Writes an object and resolves to its ETag, with quotes. @throws S3Error `NoSuchBucket`, `MetadataTooLarge` */
  putObject(bucket: string, key: string, body: Uint8Array | string, options?: PutOptions): Promise<string>;
  /** All keys under a prefix (default: all), in S3's order. @throws S3Error `NoSuchBucket` */
  listKeys(bucket: string, prefix?: string): readonly string[];
  /** Resolves when the requests under way are answered and the folder is free; later requests are answered 503. */
  close(): Promise<void>;
}

/**
 * Opens an embedded S3 whose objects are files under `dataDir`. Writes are atomic: a process killed at any moment
 * leaves each object whole, old or new.
 *
 * @throws Error where the folder is in use, with the process that uses it
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { createS3 } from "@sfs3/local";
 *
 * const s3 = await createS3({ dataDir: ".sfs3/s3" });
 * await s3.createBucket("processes");
 * createServer(s3.handle).listen(4599);
 * ```
 */
export async function createS3(options: S3Options): Promise<S3> {
  const { dataDir, now = Date.now, warn = (message: string) => process.emitWarning(message) } = options;
  const services: Services = { store: await openStore({ dataDir, warn }), now };
  const handler = createHandler(services, warn);
  return {
    handle: handler.handle,
    close: async () => {
      await handler.close();
      await services.store.close();
    },
    createBucket: async (name) => {
      checkBucketName(name);
      await services.store.createBucket({ name, createdMs: now() });
    },
    getObject: (bucket, key) => getInProcess(services, bucket, key),
    putObject: (bucket, key, body, put = {}) => putInProcess(services, { bucket, key, body, ...put }),
    listKeys: (bucket, prefix = "") =>
      services.store
        .bucket(bucket)
        .keys()
        .filter((key) => key.startsWith(prefix)),
  };
}

async function getInProcess({ store }: Services, bucket: string, key: string): Promise<StoredObject | undefined> {
  if (!store.bucket(bucket).objects.has(key)) return undefined;
  const object = await store.objects.open({ bucket, key });
  const { etag, headers, lastModifiedMs } = object.record;
  return {
    body: await buffer(bodyStream(object)),
    etag: `"${etag}"`,
    contentType: headers["content-type"] ?? "",
    lastModified: new Date(lastModifiedMs),
    metadata: userMetadata(headers),
  };
}

interface InProcessPut extends PutOptions {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array | string;
}

async function putInProcess(services: Services, put: InProcessPut): Promise<string> {
  const { bucket, key, body, contentType, metadata = {} } = put;
  const named = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name.toLowerCase()}`, value]);
  const headers = objectHeaders({ ...Object.fromEntries(named), ...(contentType && { "content-type": contentType }) });
  checkObjectKey(key);
  services.store.bucket(bucket);
  const staged = await services.store.stage({
    source: Readable.from([Buffer.from(body)], { objectMode: false }),
    algorithms: new Set(),
  });
  const condition = () => undefined;
  const { etag } = await writeObject(services, { bucket, key, staged, checksum: undefined, headers, condition });
  return `"${etag}"`;
}
