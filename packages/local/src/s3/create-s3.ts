import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { checkBucketName } from "./bucket-name.js";
import { S3Error } from "./errors.js";
import { objectHeaders, userMetadata } from "./object-headers.js";
import { authorise } from "./server/authorization.js";
import { checkHeaders } from "./server/refused-headers.js";
import { readRequest, type S3Response, type Services } from "./server/request.js";
import { createRequestIds, errorResponse, respond } from "./server/respond.js";
import { route } from "./server/router.js";
import { bodyStream } from "./storage/body-stream.js";
import { openStore } from "./storage/store.js";

/** Settings of {@link createS3}. */
export interface S3Options {
  /** Folder that holds the buckets; created where absent. One process at a time may use it. */
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
  /** Resolves when the requests under way are answered; later ones are answered 503. */
  close(): Promise<void>;
}

/**
 * Opens an embedded S3 whose objects are files under `dataDir`. Writes are atomic: a process killed at any moment
 * leaves each object whole, old or new.
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
  const store = await openStore({ dataDir, warn });
  const services: Services = { store, now };
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  async function answer(message: IncomingMessage): Promise<S3Response> {
    if (isClosed) throw new S3Error("ServiceUnavailable", { message: "This S3 has been closed." });
    const request = readRequest(message);
    authorise(request, now());
    checkHeaders(request.headers);
    return await route(request, services);
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const ids = createRequestIds();
    const what = `${message.method} ${message.url}`;
    const answered = await answer(message).catch((error: unknown) => {
      const isRefusal = error instanceof S3Error;
      const clientLeft = message.destroyed && !message.complete;
      if (!isRefusal && !clientLeft) warn(`S3 failed at ${what}: ${describe(error)}`);
      const refusal = isRefusal ? error : new S3Error("InternalError", { cause: error });
      return errorResponse(refusal, message.url?.split("?")[0] ?? "", ids);
    });
    await respond(message, response, { ...answered, ids }).catch((error: unknown) => {
      if (!response.destroyed || response.errored) warn(`S3 could not answer ${what}: ${describe(error)}`);
      response.destroy();
    });
  }

  function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const served = serve(message, response).finally(() => underWay.delete(served));
    underWay.add(served);
    return served;
  }

  return {
    handle,
    createBucket: async (name) => {
      checkBucketName(name);
      await store.createBucket({ name, createdMs: now() });
    },
    getObject: async (bucket, key) => {
      if (!store.bucket(bucket).objects.has(key)) return undefined;
      const object = await store.open(bucket, key);
      const { etag, headers, lastModifiedMs } = object.record;
      return {
        body: await buffer(bodyStream(object)),
        etag: `"${etag}"`,
        contentType: headers["content-type"] ?? "",
        lastModified: new Date(lastModifiedMs),
        metadata: userMetadata(headers),
      };
    },
    putObject: (bucket, key, body, put = {}) => putInProcess(services, { bucket, key, body, ...put }),
    listKeys: (bucket, prefix = "") =>
      store
        .bucket(bucket)
        .keys()
        .filter((key) => key.startsWith(prefix)),
    close: async () => {
      isClosed = true;
      await Promise.all(underWay);
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

interface InProcessPut extends PutOptions {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array | string;
}

async function putInProcess({ store, now }: Services, put: InProcessPut): Promise<string> {
  const metadata = Object.entries(put.metadata ?? {}).map(([name, value]) => [
    `x-amz-meta-${name.toLowerCase()}`,
    value,
  ]);
  const headers = objectHeaders({
    ...Object.fromEntries(metadata),
    ...(put.contentType && { "content-type": put.contentType }),
  });
  store.bucket(put.bucket);
  const staged = await store.stage({ source: [Buffer.from(put.body)], algorithms: new Set() });
  const record = {
    key: put.key,
    sizeBytes: staged.sizeBytes,
    etag: staged.md5,
    lastModifiedMs: now(),
    headers,
  };
  await store.commit(put.bucket, staged, { record, condition: () => undefined });
  return `"${record.etag}"`;
}
