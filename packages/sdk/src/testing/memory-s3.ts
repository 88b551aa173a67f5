import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { sdkStreamMixin } from "@smithy/util-stream";
import { mockClient } from "aws-sdk-client-mock";

/** One answer of S3 that is not the usual one; `applied`: the write happens, and its answer is lost. */
export interface Fault {
  readonly status: 403 | 404 | 409 | 412 | 500 | 503;
  readonly applied?: boolean;
}

export interface Request {
  readonly operation: "GetObject" | "PutObject";
  readonly key: string;
}

const NAMES = {
  403: "AccessDenied",
  404: "NoSuchKey",
  409: "ConditionalRequestConflict",
  412: "PreconditionFailed",
  500: "InternalError",
  503: "SlowDown",
} as const satisfies Record<Fault["status"], string>;

const failure = (status: Fault["status"]): S3ServiceException =>
  new S3ServiceException({
    name: NAMES[status],
    message: NAMES[status],
    $fault: "client",
    $metadata: { httpStatusCode: status },
  });

const etagOf = (bytes: Uint8Array): string => `"${createHash("md5").update(bytes).digest("hex")}"`;

/** S3's conditional writes, in memory: `If-Match` and `If-None-Match` as S3 judges them. */
export const createMemoryS3 = () => {
  const objects = new Map<string, Buffer>();
  const puts: PutObjectCommandInput[] = [];
  const requests: Request[] = [];
  const faults = { GetObject: [] as Fault[], PutObject: [] as Fault[] };
  const client = new S3Client({ region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const mock = mockClient(client);

  mock.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
    requests.push({ operation: "GetObject", key: Key });
    const fault = faults.GetObject.shift();
    if (fault !== undefined) throw failure(fault.status);
    const bytes = objects.get(Key);
    if (bytes === undefined) throw failure(404);
    return { Body: sdkStreamMixin(Readable.from([bytes])), ETag: etagOf(bytes) };
  });
  mock.on(PutObjectCommand).callsFake((input: PutObjectCommandInput) => {
    const key = input.Key ?? "";
    requests.push({ operation: "PutObject", key });
    const fault = faults.PutObject.shift();
    if (fault !== undefined && fault.applied !== true) throw failure(fault.status);
    const bytes = Buffer.from(input.Body as Uint8Array | string);
    const refusal = judge(objects.get(key), input);
    if (refusal !== undefined) throw failure(refusal);
    objects.set(key, bytes);
    puts.push(input);
    if (fault !== undefined) throw failure(fault.status);
    return { ETag: etagOf(bytes) };
  });
  return { client, objects, puts, requests, faults };
};

const judge = (current: Buffer | undefined, { IfMatch, IfNoneMatch }: PutObjectCommandInput): 404 | 412 | undefined => {
  if (IfNoneMatch === "*" && current !== undefined) return 412;
  if (IfMatch === undefined) return undefined;
  if (current === undefined) return 404;
  return etagOf(current) === IfMatch ? undefined : 412;
};
