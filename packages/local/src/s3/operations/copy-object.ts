import { type ChecksumAlgorithm, checksumAlgorithm, checksumElements, type ObjectChecksum } from "../checksums.js";
import { withWriteCondition } from "../conditions.js";
import { checkCopySize, copiedVersionHeaders, openCopySource, readCopySource } from "../copy-source.js";
import { S3Error } from "../errors.js";
import { contentHeaders, encryptionHeaders, storageHeaders, userMetadataHeaders } from "../object-headers.js";
import { computedChecksum } from "../request-body.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import { bodyStream } from "../storage/body-stream.js";
import type { ObjectAddress } from "../storage/find-object.js";
import type { OpenObject } from "../storage/object-files.js";
import type { ObjectRecord } from "../storage/object-version.js";
import type { StagedObject } from "../storage/staged-object.js";
import type { Store } from "../storage/store.js";
import { writeObject } from "../storage/write-object.js";
import { type Tags, tagsOfHeader } from "../tags.js";
import { writtenVersionHeaders } from "../version-id.js";

type Headers = Readonly<Record<string, string>>;

function isReplacing(headers: Headers, what: "metadata" | "tagging"): boolean {
  const name = `x-amz-${what}-directive`;
  const directive = headers[name] ?? "COPY";
  if (directive === "COPY" || directive === "REPLACE") return directive === "REPLACE";
  throw new S3Error("InvalidArgument", {
    message: `Unknown ${what} directive.`,
    details: { ArgumentName: name, ArgumentValue: directive },
  });
}

const CHANGES = ["x-amz-server-side-encryption", "x-amz-storage-class", "x-amz-checksum-algorithm"];

function checkChange(source: ObjectAddress, { bucket, key, headers }: ObjectRequest): void {
  const isItself = source.bucket === bucket && source.key === key && source.versionId === undefined;
  if (!isItself || isReplacing(headers, "metadata") || CHANGES.some((name) => headers[name] !== undefined)) return;
  throw new S3Error("InvalidRequest", {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  });
}

/** What the request says of the copy; all that can be refused of it is refused before the source is opened. */
interface CopyPlan {
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly stored: Headers;
  /** What replaces the description of the source. */
  readonly described: Headers | undefined;
  /** Gives the copy's tags. */
  readonly tags: (source: ObjectRecord) => Tags | undefined;
}

function describing(headers: Headers): Headers {
  return { ...contentHeaders(headers), ...userMetadataHeaders(headers) };
}

function planCopy(headers: Headers): CopyPlan {
  const algorithm = headers["x-amz-checksum-algorithm"];
  const tags = tagsOfHeader(headers["x-amz-tagging"]);
  return {
    algorithm: algorithm === undefined ? undefined : checksumAlgorithm(algorithm),
    stored: storageHeaders(headers),
    described: isReplacing(headers, "metadata") ? describing(headers) : undefined,
    tags: isReplacing(headers, "tagging") ? () => tags : (source) => source.tags,
  };
}

interface Copy {
  readonly staged: StagedObject;
  readonly checksum: ObjectChecksum | undefined;
}

/** Streams the source's body; the checksum is of the algorithm asked for, else of the source's. */
async function stageCopy(plan: CopyPlan, source: OpenObject, store: Store): Promise<Copy> {
  const algorithm = plan.algorithm ?? source.record.checksum?.algorithm;
  const algorithms = new Set(algorithm === undefined ? [] : [algorithm]);
  const staged = await store.stage({ source: bodyStream(source), algorithms });
  return { staged, checksum: computedChecksum(staged, algorithm) };
}

async function openSource(address: ObjectAddress, headers: Headers, store: Store): Promise<OpenObject> {
  const source = await openCopySource(address, headers, store);
  try {
    checkCopySize(source.record.sizeBytes);
    return source;
  } catch (error) {
    await source.file.close();
    throw error;
  }
}

export const copyObject: Operation<ObjectRequest> = (request, services) => {
  const { bucket, key, headers } = request;
  const { store } = services;
  const target = store.bucket(bucket);
  return withWriteCondition(request, store, async (condition) => {
    const plan = planCopy(headers);
    const address = readCopySource(headers["x-amz-copy-source"] ?? "");
    checkChange(address, request);
    const source = await openSource(address, headers, store);
    const kept = { ...(plan.described ?? describing(source.record.headers)), ...plan.stored };
    const copy = await stageCopy(plan, source, store);
    const tags = plan.tags(source.record);
    const record = await writeObject(services, { bucket, key, headers: kept, condition, tags, ...copy });
    return xmlResponse("CopyObjectResult", copyResult(record), {
      ...encryptionHeaders(kept),
      ...copiedVersionHeaders(store, address, source),
      ...writtenVersionHeaders(target, record),
    });
  });
};

/** What a copy came to, be it an object or a part. */
export function copyResult(copy: Pick<ObjectRecord, "lastModifiedMs" | "etag" | "checksum">) {
  return [
    ["LastModified", new Date(copy.lastModifiedMs).toISOString()] as const,
    ["ETag", `"${copy.etag}"`] as const,
    ...checksumElements(copy.checksum),
  ];
}
