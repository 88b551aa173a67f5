import { S3Error } from "./errors.js";
import { readPartNumber } from "./part-range.js";
import type { ObjectRequest } from "./server/request.js";
import type { UploadAddress } from "./storage/uploads.js";

/** The upload that a request names. */
export function uploadAddress({ bucket, key, query }: ObjectRequest): UploadAddress {
  return { bucket, key, uploadId: query.get("uploadId") ?? "" };
}

/** The part that a request names. @throws S3Error `InvalidArgument`, `InvalidRequest` where it names none */
export function requestedPart({ query }: ObjectRequest): number {
  const text = query.get("partNumber");
  if (text !== null) return readPartNumber(text);
  throw new S3Error("InvalidRequest", { message: "UploadPart needs the parameter partNumber beside uploadId." });
}
