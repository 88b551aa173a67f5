import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  type PutObjectTaggingCommandInput,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { sdkStreamMixin } from "@smithy/util-stream";
import { mockClient } from "aws-sdk-client-mock";
import { memoryUploads } from "./memory-uploads.js";
import { type ObjectSettings, objectSettings } from "./object-settings.js";

/**
 * One answer of S3 that is not the usual one: an error status, or the network's error code with no answer at all.
 * `applied`: the write happens, and its answer is lost.
 */
export type Fault = (
  | { readonly status: 403 | 404 | 409 | 412 | 429 | 500 | 503 }
  | { readonly code: "ECONNRESET" | "ETIMEDOUT" | "ENOTFOUND" | "EPIPE" }
) & { readonly applied?: boolean };

const OPERATIONS = [
  "GetObject",
  "HeadObject",
  "ListObjectsV2",
  "PutObject",
  "PutObjectTagging",
  "CreateMultipartUpload",
  "UploadPart",
  "CompleteMultipartUpload",
  "AbortMultipartUpload",
] as const;

/** What of S3 a step asks for. */
export type Operation = (typeof OPERATIONS)[number];

/** A request that S3 got. */
export interface Request {
  readonly operation: Operation;
  /** Of ListObjectsV2 the prefix. */
  readonly key: string;
}

type Status = 304 | Extract<Fault, { readonly status: number }>["status"];

const NAMES = {
  304: "NotModified",
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

interface StoredObject extends ObjectSettings {
  readonly bytes: Buffer;
  /** Opaque, as with SSE-KMS and multipart uploads: not an MD5 of anything. */
  readonly etag: string;
}

const PAGE_KEYS = 1_000;

/** S3's conditional writes, in memory: `If-Match` and `If-None-Match` as S3 judges them; uploads in parts; tags. */
export const createMemoryS3 = () => {
  const objects = new Map<string, StoredObject>();
  const puts: PutObjectCommandInput[] = [];
  const requests: Request[] = [];
  const faults = Object.fromEntries(OPERATIONS.map((name) => [name, [] as Fault[]])) as Record<Operation, Fault[]>;
  const client = new S3Client({ region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const mock = mockClient(client);
  let versions = 0;
  const store = (key: string, bytes: Buffer, settings: ObjectSettings = {}): StoredObject => {
    versions += 1;
    const object = { bytes, etag: `"version-${versions}-2"`, ...settings };
    objects.set(key, object);
    return object;
  };
  const find = (key: string): StoredObject => objects.get(key) ?? raise(refusal(404));
  /** Notes the request and answers it, unless a failure is due. */
  const serve = async <T>(operation: Operation, key: string, answer: () => T | Promise<T>): Promise<T> => {
    requests.push({ operation, key });
    const fault = faults[operation].shift();
    if (fault !== undefined && fault.applied !== true) throw failure(fault);
    const answered = await answer();
    if (fault !== undefined) throw failure(fault);
    return answered;
  };

  mock.on(GetObjectCommand).callsFake(({ Key = "", IfNoneMatch }: GetObjectCommandInput) =>
    serve("GetObject", Key, () => {
      const object = find(Key);
      if (object.etag === IfNoneMatch) throw refusal(304);
      return { Body: sdkStreamMixin(Readable.from([object.bytes])), ...answerOf(object) };
    }),
  );
  mock
    .on(HeadObjectCommand)
    .callsFake(({ Key = "" }: { Key: string }) => serve("HeadObject", Key, () => answerOf(find(Key))));
  mock
    .on(ListObjectsV2Command)
    .callsFake((input: ListObjectsV2CommandInput) =>
      serve("ListObjectsV2", input.Prefix ?? "", () => pageOf([...objects.keys()], input)),
    );
  mock.on(PutObjectCommand).callsFake((input: PutObjectCommandInput) =>
    serve("PutObject", input.Key ?? "", () => {
      const status = judge(objects.get(input.Key ?? ""), input);
      if (status !== undefined) throw refusal(status);
      const bytes = Buffer.from(input.Body as Uint8Array | string);
      puts.push(input);
      return { ETag: store(input.Key ?? "", bytes, objectSettings(input)).etag };
    }),
  );
  mock.on(PutObjectTaggingCommand).callsFake(({ Key = "", Tagging }: PutObjectTaggingCommandInput) =>
    serve("PutObjectTagging", Key, () => {
      const tags = Object.fromEntries((Tagging?.TagSet ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
      objects.set(Key, { ...find(Key), tags });
      return {};
    }),
  );
  mock.on(DeleteObjectCommand).callsFake(({ Key }: { Key: string }) => {
    objects.delete(Key);
    return {};
  });
  const uploads = memoryUploads(mock, { serve, store });
  return { client, objects, store, puts, requests, faults, uploads };
};

const raise = (error: Error): never => {
  throw error;
};

const answerOf = ({ bytes, etag, contentType, metadata }: StoredObject) => ({
  ETag: etag,
  ContentLength: bytes.length,
  ContentType: contentType,
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
