import { type ChecksumAlgorithm, checksumAlgorithm, type ObjectChecksum } from "../checksums.js";
import { checkCopySource, writeCondition } from "../conditions.js";
import { S3Error } from "../errors.js";
import { contentHeaders, encryptionHeaders, storageHeaders, userMetadataHeaders } from "../object-headers.js";
import { MAX_PUT_BYTES } from "../request-body.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import { bodyStream } from "../storage/body-stream.js";
import type { StagedObject } from "../storage/staged-object.js";
import type { OpenObject, Store, WriteCondition } from "../storage/store.js";
import { writeObject } from "../storage/write-object.js";
import type { XmlElement } from "../xml.js";

type Headers = Readonly<Record<string, string>>;

interface CopySource {
  readonly bucket: string;
  readonly key: string;
}

function invalidSource(message: string): S3Error {
  return new S3Error("InvalidArgument", { message, details: { ArgumentName: "x-amz-copy-source" } });
}

function readCopySource(header: string): CopySource {
  const [path = "", query] = header.split("?");
  if (query !== undefined) {
    throw new S3Error("NotImplemented", { message: "CopyObject from a versionId is not implemented by this S3." });
  }
  const [bucket, ...key] = decodeSource(path).replace(/^\//, "").split("/");
  if (!bucket || key.join("/") === "") throw invalidSource("Copy Source must mention the source bucket and key");
  return { bucket, key: key.join("/") };
}

function decodeSource(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidSource("Invalid copy source encoding.");
  }
}

function isReplacing(headers: Headers): boolean {
  const directive = headers["x-amz-metadata-directive"] ?? "COPY";
  if (directive === "COPY" || directive === "REPLACE") return directive === "REPLACE";
  throw new S3Error("InvalidArgument", {
    message: "Unknown metadata directive.",
    details: { ArgumentName: "x-amz-metadata-directive", ArgumentValue: directive },
  });
}

const CHANGES = ["x-amz-server-side-encryption", "x-amz-storage-class", "x-amz-checksum-algorithm"];

function checkChange(source: CopySource, { bucket, key, headers }: ObjectRequest): void {
  const isItself = source.bucket === bucket && source.key === key;
  if (!isItself || isReplacing(headers) || CHANGES.some((name) => headers[name] !== undefined)) return;
  throw new S3Error("InvalidRequest", {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  });
}

/** What the request says of the copy; all that can be refused of it is refused before the source is opened. */
interface CopyPlan {
  readonly condition: WriteCondition;
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly stored: Headers;
  /** What replaces the description of the source. */
  readonly described: Headers | undefined;
}

function describing(headers: Headers): Headers {
  return { ...contentHeaders(headers), ...userMetadataHeaders(headers) };
}

function planCopy(headers: Headers): CopyPlan {
  const algorithm = headers["x-amz-checksum-algorithm"];
  return {
    condition: writeCondition(headers),
    algorithm: algorithm === undefined ? undefined : checksumAlgorithm(algorithm),
    stored: storageHeaders(headers),
    described: isReplacing(headers) ? describing(headers) : undefined,
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
  const value = algorithm && staged.checksums.get(algorithm);
  return { staged, checksum: algorithm && value !== undefined ? { algorithm, value } : undefined };
}

async function openSource(request: ObjectRequest, store: Store): Promise<OpenObject> {
  const { headers } = request;
  const source = readCopySource(headers["x-amz-copy-source"] ?? "");
  checkChange(source, request);
  const object = await store.open(source.bucket, source.key);
  try {
    checkCopySource(headers, object.record);
    if (object.record.sizeBytes > MAX_PUT_BYTES) throw new S3Error("EntityTooLarge");
    return object;
  } catch (error) {
    await object.file.close();
    throw error;
  }
}

export const copyObject: Operation<ObjectRequest> = async (request, services) => {
  const { bucket, key, headers } = request;
  services.store.bucket(bucket);
  const plan = planCopy(headers);
  const source = await openSource(request, services.store);
  const kept = { ...(plan.described ?? describing(source.record.headers)), ...plan.stored };
  const copy = await stageCopy(plan, source, services.store);
  const { condition } = plan;
  const record = await writeObject(services, { bucket, key, headers: kept, condition, ...copy });
  const result: XmlElement[] = [
    ["LastModified", new Date(record.lastModifiedMs).toISOString()],
    ["ETag", `"${record.etag}"`],
    ...(record.checksum ? [[`Checksum${record.checksum.algorithm}`, record.checksum.value] as const] : []),
  ];
  return xmlResponse("CopyObjectResult", result, encryptionHeaders(kept));
};
