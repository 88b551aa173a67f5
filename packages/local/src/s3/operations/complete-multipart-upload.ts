import { createHash } from "node:crypto";
import {
  type ChecksumClaim,
  checksumElements,
  checksumType,
  claimedChecksum,
  compositeChecksum,
  type ObjectChecksum,
} from "../checksums.js";
import { readCompletedParts, selectParts } from "../completed-parts.js";
import { withWriteCondition } from "../conditions.js";
import { S3Error } from "../errors.js";
import { encryptionHeaders } from "../object-headers.js";
import { computedChecksum, receiveDocument } from "../request-body.js";
import type { ObjectRequest, Operation, S3Response, Services } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { WriteCondition } from "../storage/object-files.js";
import type { ObjectPart, ObjectRecord } from "../storage/object-version.js";
import type { StagedObject } from "../storage/staged-object.js";
import type { PartRecord, Upload, UploadRecord } from "../storage/upload.js";
import { uploadAddress } from "../upload-request.js";
import { writtenVersionHeaders } from "../version-id.js";
import { readXml } from "../xml-reader.js";

// 10,000 parts with a number, an ETag and a checksum each.
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** What the request claims of the object to come. */
interface Claims {
  readonly checksum: ChecksumClaim | undefined;
  readonly sizeBytes: number | undefined;
}

function readClaims({ headers }: ObjectRequest, { checksum: asked }: UploadRecord): Claims {
  const type = headers["x-amz-checksum-type"];
  if (type !== undefined && type !== asked?.type) {
    throw new S3Error("InvalidRequest", {
      message: `The upload was created using the ${asked?.type ?? "null"} checksum mode. The complete request must use the same checksum mode.`,
    });
  }
  // A composite value has no valid encoding of its own; its parts are held against theirs one by one.
  const checksum = asked?.type === "FULL_OBJECT" ? claimedChecksum(headers) : undefined;
  const size = headers["x-amz-mp-object-size"];
  return { checksum, sizeBytes: size === undefined ? undefined : Number(size) };
}

function checkSize(parts: readonly PartRecord[], { sizeBytes }: Claims): void {
  const actual = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (sizeBytes === undefined || sizeBytes === actual) return;
  throw new S3Error("InvalidRequest", {
    message: `The provided 'x-amz-mp-object-size' header value ${sizeBytes} does not match what was computed: ${actual}`,
  });
}

function checkChecksum(checksum: ObjectChecksum | undefined, { checksum: claim }: Claims): void {
  const isSame =
    claim?.value === undefined || (claim.algorithm === checksum?.algorithm && claim.value === checksum.value);
  if (isSame) return;
  throw new S3Error("BadDigest", {
    message: `The ${claim.algorithm} you specified did not match the calculated checksum.`,
  });
}

/** The MD5 of the parts' MD5s, then their number. */
function multipartEtag(parts: readonly PartRecord[]): string {
  const digest = createHash("md5");
  for (const { etag } of parts) digest.update(etag, "hex");
  return `${digest.digest("hex")}-${parts.length}`;
}

function objectChecksum({ checksum }: UploadRecord, parts: readonly PartRecord[], staged: StagedObject) {
  if (checksum === undefined) return undefined;
  if (checksum.type === "FULL_OBJECT") return computedChecksum(staged, checksum.algorithm);
  return compositeChecksum(
    checksum.algorithm,
    parts.flatMap((part) => part.checksum ?? []),
  );
}

function objectParts({ checksum: asked }: UploadRecord, parts: readonly PartRecord[]): readonly ObjectPart[] {
  return parts.map(({ partNumber, sizeBytes, checksum }) => ({
    partNumber,
    sizeBytes,
    ...(checksum?.algorithm === asked?.algorithm && checksum && { checksum }),
  }));
}

interface Assembly {
  readonly request: ObjectRequest;
  readonly services: Services;
  readonly named: ReturnType<typeof readCompletedParts>;
  readonly condition: WriteCondition;
}

/** Streams the parts into one file, which then appears under the key like any other write. */
async function assemble({ request, services, named, condition }: Assembly, upload: Upload): Promise<ObjectRecord> {
  const { store, now } = services;
  const { record } = upload;
  const claims = readClaims(request, record);
  const parts = selectParts(named, upload);
  checkSize(parts, claims);
  condition(store.bucket(request.bucket).current(request.key));
  const algorithms = new Set(record.checksum?.type === "FULL_OBJECT" ? [record.checksum.algorithm] : []);
  const staged = await store.stage({ source: store.uploads.bodies(uploadAddress(request), parts), algorithms });
  const checksum = objectChecksum(record, parts, staged);
  const draft = {
    key: request.key,
    sizeBytes: staged.sizeBytes,
    etag: multipartEtag(parts),
    lastModifiedMs: now(),
    headers: record.headers,
    parts: objectParts(record, parts),
    uploadId: record.uploadId,
    ...(checksum && { checksum }),
    ...(record.tags && { tags: record.tags }),
  };
  return await store.objects.commit(staged, {
    bucket: request.bucket,
    draft,
    condition: (current) => {
      checkChecksum(checksum, claims);
      condition(current);
    },
  });
}

function completed({ bucket, key, headers }: ObjectRequest, object: ObjectRecord, { store }: Services): S3Response {
  const elements = [
    ["Location", `http://${headers.host}/${bucket}/${encodeURIComponent(key)}`] as const,
    ["Bucket", bucket] as const,
    ["Key", key] as const,
    ["ETag", `"${object.etag}"`] as const,
    ...checksumElements(object.checksum),
    ["ChecksumType", object.checksum && checksumType(object.checksum)] as const,
  ];
  return xmlResponse("CompleteMultipartUploadResult", elements, {
    ...encryptionHeaders(object.headers),
    ...writtenVersionHeaders(store.bucket(bucket), object),
  });
}

/** A client that did not hear of the completion may ask for it again. */
function alreadyCompleted(request: ObjectRequest, { store }: Services): ObjectRecord | undefined {
  const { bucket, key, uploadId } = uploadAddress(request);
  const versions = store.bucket(bucket).versions(key);
  const completed = versions.find((version) => !version.isDeleteMarker && version.uploadId === uploadId);
  return completed && store.objects.head({ bucket, key, versionId: completed.versionId });
}

export const completeMultipartUpload: Operation<ObjectRequest> = (request, services) => {
  const { store } = services;
  store.bucket(request.bucket);
  return withWriteCondition(request, store, async (condition) => {
    // Its checksum headers are about the object, not about this document.
    const document = await receiveDocument({ headers: {}, openBody: request.openBody }, MAX_DOCUMENT_BYTES);
    const named = readCompletedParts(readXml(document));
    const earlier = alreadyCompleted(request, services);
    if (earlier !== undefined) return completed(request, earlier, services);
    const assembly = { request, services, named, condition };
    const object = await store.uploads.end(uploadAddress(request), (upload) => assemble(assembly, upload));
    return completed(request, object, services);
  });
};
