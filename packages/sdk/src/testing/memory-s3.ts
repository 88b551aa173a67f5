import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { sdkStreamMixin } from "@smithy/util-stream";
import { mockClient } from "aws-sdk-client-mock";

/**
 * One answer of S3 that is not the usual one: an error status, or the network's error code with no answer at all.
 * `applied`: the write happens, and its answer is lost.
 */
export type Fault = (
  | { readonly status: 403 | 404 | 409 | 412 | 429 | 500 | 503 }
  | { readonly code: "ECONNRESET" | "ETIMEDOUT" | "ENOTFOUND" | "EPIPE" }
) & { readonly applied?: boolean };

/** A request that S3 got. */
export interface Request {
  readonly operation: Operation;
  /** Of ListObjectsV2 the prefix. */
  readonly key: string;
}

/** What the memory's S3 can be asked, and made to fail. */
export type Operation = "GetObject" | "PutObject" | "HeadObject" | "ListObjectsV2";

type Status = Extract<Fault, { readonly status: number }>["status"];

const NAMES = {
  403: "AccessDenied",
  404: "NoSuchKey",
  409: "ConditionalRequestConflict",
  412: "PreconditionFailed",
  429: "TooManyRequestsException",
  500: "InternalError",
  503: "SlowDown",
} as const satisfies Record<Status, string>;

const refusal = (status: Status): S3ServiceException =>
  new S3ServiceException({
    name: NAMES[status],
    message: NAMES[status],
    $fault: status < 500 ? "client" : "server",
    $metadata: { httpStatusCode: status },
  });

const failure = (fault: Fault): Error =>
  "status" in fault ? refusal(fault.status) : Object.assign(new Error(fault.code), { code: fault.code });

interface StoredObject {
  readonly bytes: Buffer;
  /** Opaque, as with SSE-KMS and multipart uploads: not an MD5 of anything. */
  readonly etag: string;
  readonly metadata: Record<string, string>;
}

const PAGE_KEYS = 1_000;

/** S3's conditional writes, in memory: `If-Match` and `If-None-Match` as S3 judges them. */
export const createMemoryS3 = () => {
  const objects = new Map<string, StoredObject>();
  const puts: PutObjectCommandInput[] = [];
  const requests: Request[] = [];
  const faults: Record<Operation, Fault[]> = { GetObject: [], PutObject: [], HeadObject: [], ListObjectsV2: [] };
  const client = new S3Client({ region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const mock = mockClient(client);
  let versions = 0;
  const store = (key: string, bytes: Buffer, metadata: Record<string, string> = {}): StoredObject => {
    versions += 1;
    const object = { bytes, etag: `"version-${versions}-2"`, metadata };
    objects.set(key, object);
    return object;
  };

  const ask = (operation: Exclude<Operation, "PutObject">, key: string): void => {
    requests.push({ operation, key });
    const fault = faults[operation].shift();
    if (fault !== undefined) throw failure(fault);
  };
  const find = (key: string): StoredObject => {
    const object = objects.get(key);
    if (object === undefined) throw refusal(404);
    return object;
  };

  mock.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
    ask("GetObject", Key);
    const { bytes, ...head } = find(Key);
    return { Body: sdkStreamMixin(Readable.from([bytes])), ...answerOf(head, bytes) };
  });
  mock.on(HeadObjectCommand).callsFake(({ Key }: { Key: string }) => {
    ask("HeadObject", Key);
    const object = find(Key);
    return answerOf(object, object.bytes);
  });
  mock.on(ListObjectsV2Command).callsFake((input: ListObjectsV2CommandInput) => {
    ask("ListObjectsV2", input.Prefix ?? "");
    return pageOf([...objects.keys()], input);
  });
  mock.on(PutObjectCommand).callsFake((input: PutObjectCommandInput) => {
    const key = input.Key ?? "";
    requests.push({ operation: "PutObject", key });
    const fault = faults.PutObject.shift();
    if (fault !== undefined && fault.applied !== true) throw failure(fault);
    const status = judge(objects.get(key), input);
    if (status !== undefined) throw refusal(status);
    const { etag } = store(key, Buffer.from(input.Body as Uint8Array | string), input.Metadata);
    puts.push(input);
    if (fault !== undefined) throw failure(fault);
    return { ETag: etag };
  });
  mock.on(DeleteObjectCommand).callsFake(({ Key }: { Key: string }) => {
    objects.delete(Key);
    return {};
  });
  return { client, objects, store, puts, requests, faults };
};

const answerOf = ({ etag, metadata }: Omit<StoredObject, "bytes">, { length }: Buffer) => ({
  ETag: etag,
  ContentLength: length,
  Metadata: metadata,
});

/** S3 lists by the bytes of UTF-8, and what lies below a delimiter once. */
const pageOf = (
  keys: readonly string[],
  { Prefix = "", Delimiter, ContinuationToken = "" }: ListObjectsV2CommandInput,
) => {
  const entryOf = (key: string) => {
    const end = Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length);
    return end === -1 ? key : key.slice(0, end + 1);
  };
  const found = [...new Set(keys.filter((key) => key.startsWith(Prefix)).map(entryOf))].sort((one, other) =>
    Buffer.compare(Buffer.from(one), Buffer.from(other)),
  );
  const from = found.indexOf(ContinuationToken) + 1;
  const page = found.slice(from, from + PAGE_KEYS);
  const isFolder = (entry: string) => Delimiter !== undefined && entry.endsWith(Delimiter);
  return {
    Contents: page.filter((entry) => !isFolder(entry)).map((Key) => ({ Key })),
    CommonPrefixes: page.filter(isFolder).map((folder) => ({ Prefix: folder })),
    ...(from + page.length < found.length && { NextContinuationToken: page.at(-1) }),
  };
};

const judge = (
  current: StoredObject | undefined,
  { IfMatch, IfNoneMatch }: PutObjectCommandInput,
): 404 | 412 | undefined => {
  if (IfNoneMatch === "*" && current !== undefined) return 412;
  if (IfMatch === undefined) return undefined;
  if (current === undefined) return 404;
  return current.etag === IfMatch ? undefined : 412;
};
