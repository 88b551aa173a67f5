import { randomBytes } from "node:crypto";
import { type ChecksumAlgorithm, type ChecksumType, checksumAlgorithm } from "../checksums.js";
import { S3Error } from "../errors.js";
import { encryptionHeaders, objectHeaders } from "../object-headers.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { UploadRecord } from "../storage/upload.js";
import { tagsOfHeader } from "../tags.js";

/**
 * What an algorithm can be computed as, the default first.
 *
 * Source: Amazon S3 User Guide, "Checking object integrity", full object and composite checksum types.
 */
const TYPES: Readonly<Record<ChecksumAlgorithm, readonly ChecksumType[]>> = {
  CRC32: ["COMPOSITE", "FULL_OBJECT"],
  CRC32C: ["COMPOSITE", "FULL_OBJECT"],
  CRC64NVME: ["FULL_OBJECT"],
  SHA1: ["COMPOSITE"],
  SHA256: ["COMPOSITE"],
};

function checksumTypeFor(algorithm: ChecksumAlgorithm, asked: string | undefined): ChecksumType {
  const [byDefault = "COMPOSITE"] = TYPES[algorithm];
  const type = asked === undefined ? byDefault : TYPES[algorithm].find((candidate) => candidate === asked);
  if (type !== undefined) return type;
  const isKnown = asked === "COMPOSITE" || asked === "FULL_OBJECT";
  throw new S3Error("InvalidRequest", {
    message: isKnown
      ? `The ${asked} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`
      : "Value for x-amz-checksum-type header is invalid.",
  });
}

function uploadChecksum(headers: ObjectRequest["headers"]): UploadRecord["checksum"] {
  const name = headers["x-amz-checksum-algorithm"];
  const type = headers["x-amz-checksum-type"];
  if (name !== undefined) {
    const algorithm = checksumAlgorithm(name);
    return { algorithm, type: checksumTypeFor(algorithm, type) };
  }
  if (type === undefined) return undefined;
  throw new S3Error("InvalidRequest", {
    message: "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
  });
}

export const createMultipartUpload: Operation<ObjectRequest> = async ({ bucket, key, headers }, { store, now }) => {
  store.bucket(bucket);
  const tags = tagsOfHeader(headers["x-amz-tagging"]);
  const checksum = uploadChecksum(headers);
  const upload: UploadRecord = {
    uploadId: randomBytes(32).toString("hex"),
    key,
    initiatedMs: now(),
    headers: objectHeaders(headers),
    ...(tags && { tags }),
    ...(checksum && { checksum }),
  };
  await store.uploads.create(bucket, upload);
  const elements = [
    ["Bucket", bucket],
    ["Key", key],
    ["UploadId", upload.uploadId],
  ] as const;
  return xmlResponse("InitiateMultipartUploadResult", elements, {
    ...encryptionHeaders(upload.headers),
    ...(checksum && { "x-amz-checksum-algorithm": checksum.algorithm, "x-amz-checksum-type": checksum.type }),
  });
};
