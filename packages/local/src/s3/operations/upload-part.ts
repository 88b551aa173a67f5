import { claimedChecksum, partChecksumHeaders } from "../checksums.js";
import { S3Error } from "../errors.js";
import { encryptionHeaders } from "../object-headers.js";
import { receiveBody } from "../request-body.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import type { PartRecord, UploadRecord } from "../storage/upload.js";
import { requestedPart, uploadAddress } from "../upload-request.js";

/** A part has the checksum that its upload asks for; only one of the full object can S3 itself compute from the bytes. */
function checkAlgorithm({ headers }: ObjectRequest, { checksum }: UploadRecord): void {
  if (checksum === undefined) return;
  const claimed = claimedChecksum(headers)?.algorithm;
  if (claimed === checksum.algorithm || (claimed === undefined && checksum.type === "FULL_OBJECT")) return;
  const [expected, actual] = [checksum.algorithm.toLowerCase(), claimed?.toLowerCase() ?? "null"];
  throw new S3Error("InvalidRequest", {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  });
}

export const uploadPart: Operation<ObjectRequest> = async (request, { store, now }) => {
  const address = uploadAddress(request);
  const partNumber = requestedPart(request);
  const { record } = store.uploads.get(address);
  checkAlgorithm(request, record);
  const { staged, checksum } = await receiveBody(request, store.stage, record.checksum?.algorithm);
  const part: PartRecord = {
    partNumber,
    sizeBytes: staged.sizeBytes,
    etag: staged.md5,
    lastModifiedMs: now(),
    ...(checksum && { checksum }),
  };
  await store.uploads.commitPart(address, staged, part);
  return {
    status: 200,
    headers: { etag: `"${part.etag}"`, ...encryptionHeaders(record.headers), ...partChecksumHeaders(checksum) },
  };
};
