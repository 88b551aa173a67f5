import { partChecksumHeaders } from "./checksums.js";
import { S3Error } from "./errors.js";
import type { ByteRange } from "./range.js";
import type { ObjectRecord } from "./storage/object-version.js";

const MAX_PARTS = 10_000;

/** @throws S3Error `InvalidArgument` where `text` is no number from 1 to 10,000 */
export function readPartNumber(text: string): number {
  const partNumber = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (partNumber >= 1 && partNumber <= MAX_PARTS) return partNumber;
  throw new S3Error("InvalidArgument", {
    message: `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`,
    details: { ArgumentName: "partNumber", ArgumentValue: text },
  });
}

interface PartRequest {
  readonly partNumber: string;
  /** The `Range` header, which may not be there as well. */
  readonly range: string | undefined;
  readonly isChecked: boolean;
}

interface SelectedPart {
  readonly range: ByteRange | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** The bytes of one part; an object that was put whole is its own only part. */
export function partRange({ parts, sizeBytes }: ObjectRecord, request: PartRequest): SelectedPart {
  const partNumber = readPartNumber(request.partNumber);
  if (request.range !== undefined) {
    throw new S3Error("InvalidRequest", {
      message: "Cannot specify both Range header and partNumber query parameter",
    });
  }
  const all = parts ?? [{ partNumber: 1, sizeBytes }];
  const index = all.findIndex((candidate) => candidate.partNumber === partNumber);
  const part = all[index];
  if (part === undefined) {
    throw new S3Error("InvalidPartNumber", {
      details: { PartNumberRequested: partNumber, ActualPartCount: all.length },
    });
  }
  const start = all.slice(0, index).reduce((sum, earlier) => sum + earlier.sizeBytes, 0);
  const checksum = request.isChecked ? partChecksumHeaders(part.checksum) : {};
  return {
    range: part.sizeBytes === 0 ? undefined : { start, end: start + part.sizeBytes - 1 },
    headers: { ...(parts && { "x-amz-mp-parts-count": String(all.length) }), ...checksum },
  };
}
