import type { ChecksumAlgorithm, ChecksumType, ObjectChecksum } from "../checksums.js";
import type { Tags } from "../tags.js";

/** What CreateMultipartUpload says of the object to come; the content of an upload's `upload.json`. */
export interface UploadRecord {
  readonly uploadId: string;
  readonly key: string;
  /** Unit: milliseconds since 1970, UTC. */
  readonly initiatedMs: number;
  /** The headers that the object will have. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags?: Tags;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
}

/** What S3 knows of an uploaded part besides its body. */
export interface PartRecord {
  readonly partNumber: number;
  /** Unit: bytes. */
  readonly sizeBytes: number;
  /** Hexadecimal MD5 of the body, without quotes. */
  readonly etag: string;
  /** Unit: milliseconds since 1970, UTC. */
  readonly lastModifiedMs: number;
  readonly checksum?: ObjectChecksum;
}

/** A multipart upload in progress. */
export interface Upload {
  readonly record: UploadRecord;
  /** By part number. */
  readonly parts: Map<number, PartRecord>;
}
