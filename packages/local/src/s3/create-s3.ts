import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { type DataFolderWatch, watchDataFolder } from "../data-folder-watch.js";
import { checkBucketName } from "./bucket-name.js";
import {
  getInProcess,
  headInProcess,
  type ListObjectsOptions,
  listInProcess,
  type ObjectDescription,
  type ObjectList,
  type OpenedObject,
  type OpenObjectOptions,
  openInProcess,
  type PutOptions,
  putInProcess,
  type ReadObjectOptions,
  type StoredObject,
} from "./in-process.js";
import { createHandler } from "./server/handler.js";
import type { Services } from "./server/request.js";
import type { BucketVersioning } from "./storage/bucket.js";
import { openStore } from "./storage/store.js";

/** Settings of {@link createS3}. */
export interface S3Options {
  /** Folder that holds the buckets; created where absent. A lock file keeps other processes out of it. */
  readonly dataDir: string;
  /** Unit: milliseconds since 1970, UTC. Default: `Date.now`. */
  readonly now?: () => number;
  /** Hears of what is wrong but stops nothing, such as a torn file. Default: `process.emitWarning`. */
  readonly warn?: (message: string) => void;
}

/** An embedded S3. Its functions need no `this`. */
export interface S3 {
  /** Answers one HTTP request to S3. Never rejects for what a client did. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Creates a bucket where it does not exist. @throws S3Error `InvalidBucketName` */
  createBucket(name: string): Promise<void>;
  /** Whether a bucket keeps versions; `undefined` where nobody has said. @throws S3Error `NoSuchBucket` */
  bucketVersioning(bucket: string): BucketVersioning | undefined;
  /** Says from now on whether a bucket keeps versions. @throws S3Error `NoSuchBucket` */
  putBucketVersioning(bucket: string, versioning: BucketVersioning): Promise<void>;
  /** Reads an object whole; `undefined` where there is none. @throws S3Error `NoSuchBucket` */
  getObject(bucket: string, key: string): Promise<StoredObject | undefined>;
  /**
   * Opens an object to stream its body; `undefined` where there is none.
   *
   * @throws S3Error `NoSuchBucket`; with a `versionId` `NoSuchVersion`, `MethodNotAllowed` where it is a delete marker
   */
  openObject(bucket: string, key: string, options?: OpenObjectOptions): Promise<OpenedObject | undefined>;
  /**
   * Describes an object; `undefined` where there is none.
   *
   * @throws S3Error `NoSuchBucket`; with a `versionId` `NoSuchVersion`, `MethodNotAllowed` where it is a delete marker
   */
  headObject(bucket: string, key: string, options?: ReadObjectOptions): ObjectDescription | undefined;
  /**
   * Writes an object and resolves to its ETag, with quotes. A stream is read to its end, and never held whole.
   *
   * @throws S3Error `NoSuchBucket`, `MetadataTooLarge`; with a condition `PreconditionFailed`, `NoSuchKey`,
   * `ConditionalRequestConflict`
   */
  putObject(bucket: string, key: string, body: Uint8Array | string | Readable, options?: PutOptions): Promise<string>;
  /** One page of a bucket's objects, as ListObjectsV2 gives it. @throws S3Error `NoSuchBucket`, `InvalidArgument` */
  listObjectsV2(bucket: string, options?: ListObjectsOptions): ObjectList;
  /** All keys under a prefix (default: all), in S3's order. @throws S3Error `NoSuchBucket` */
  listKeys(bucket: string, prefix?: string): readonly string[];
  /** Resolves when the requests under way are answered and the folder is free; later requests are answered 503. */
  close(): Promise<void>;
}

/**
 * Opens an embedded S3 whose objects are files under `dataDir`. Writes are atomic: a process killed at any moment
 * leaves each object whole, old or new, and so does a disk that is full: what cannot be stored is refused, over the wire with
 * 500 `InternalError`, in this process with {@link DataFolderError}.
 *
 * @param watch tells of a folder that cannot be written, where other services share it. Default: one of its own
 * @throws DataFolderError where the folder cannot be written
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
export async function createS3(options: S3Options, watch?: DataFolderWatch): Promise<S3> {
  const { dataDir, now = Date.now, warn = (message: string) => process.emitWarning(message) } = options;
  const folder = watch ?? watchDataFolder({ folder: dataDir, warn });
  const services: Services = { store: await openStore({ dataDir, warn, folder }), now };
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
    bucketVersioning: (bucket) => services.store.bucket(bucket).record.versioning,
    putBucketVersioning: (bucket, versioning) => services.store.configureBucket(bucket, { versioning }),
    getObject: (bucket, key) => getInProcess(services, { bucket, key }),
    openObject: (bucket, key, { versionId, range } = {}) => openInProcess(services, { bucket, key, versionId }, range),
    headObject: (bucket, key, { versionId } = {}) => headInProcess(services, { bucket, key, versionId }),
    listObjectsV2: (bucket, options = {}) => listInProcess(services, bucket, options),
    putObject: (bucket, key, body, put = {}) => putInProcess(services, { bucket, key, body, ...put }),
    listKeys: (bucket, prefix = "") =>
      services.store
        .bucket(bucket)
        .keys()
        .filter((key) => key.startsWith(prefix)),
  };
}
