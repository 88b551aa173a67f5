import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, type ObjectChecksum } from "./checksums.js";
import { S3Error } from "./errors.js";
import type { PartRecord, Upload, UploadRecord } from "./storage/upload.js";
import { readFields, type XmlNode } from "./xml-reader.js";

/** Smallest part but the last. Unit: bytes. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

/** A part as CompleteMultipartUpload names it. */
export interface CompletedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksums: readonly ObjectChecksum[];
}

const ALGORITHMS = Object.keys(CHECKSUM_ALGORITHMS) as ChecksumAlgorithm[];
const FIELDS = ["PartNumber", "ETag", ...ALGORITHMS.map((algorithm) => `Checksum${algorithm}`)];

function readPart(node: XmlNode): CompletedPart {
  const fields = readFields(node, FIELDS);
  const [partNumber, etag] = [fields.get("PartNumber")?.trim(), fields.get("ETag")?.trim()];
  if (node.name !== "Part" || partNumber === undefined || !/^\d{1,5}$/.test(partNumber) || etag === undefined) {
    throw new S3Error("MalformedXML");
  }
  const checksums = ALGORITHMS.flatMap((algorithm) => {
    const value = fields.get(`Checksum${algorithm}`);
    return value === undefined ? [] : [{ algorithm, value }];
  });
  return { partNumber: Number(partNumber), etag: etag.replace(/^"(.*)"$/, "$1"), checksums };
}

/** Reads `<CompleteMultipartUpload><Part><PartNumber/><ETag/><Checksum.../></Part>...</CompleteMultipartUpload>`. */
export function readCompletedParts({ name, children }: XmlNode): readonly CompletedPart[] {
  const isKnown = name === "CompleteMultipartUpload" && children.length > 0 && children.length <= MAX_PARTS;
  if (!isKnown) throw new S3Error("MalformedXML");
  return children.map(readPart);
}

function checkPartChecksums(named: CompletedPart, part: PartRecord, { uploadId, checksum }: UploadRecord): void {
  const isOther = ({ algorithm, value }: ObjectChecksum) =>
    part.checksum?.algorithm !== algorithm || part.checksum.value !== value;
  if (named.checksums.some(isOther)) throw invalidPart(named, uploadId);
  if (checksum?.type !== "COMPOSITE" || named.checksums.length > 0) return;
  throw new S3Error("InvalidRequest", {
    message: `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${named.partNumber} in the request.`,
  });
}

function invalidPart({ partNumber, etag }: CompletedPart, uploadId: string): S3Error {
  return new S3Error("InvalidPart", { details: { UploadId: uploadId, PartNumber: partNumber, ETag: etag } });
}

/**
 * The uploaded parts that a completion names, each held against what it says of it.
 *
 * @throws S3Error `InvalidPartOrder`, `InvalidPart`, `InvalidRequest` where a checksum is missing, `EntityTooSmall`
 */
export function selectParts(named: readonly CompletedPart[], { record, parts }: Upload): readonly PartRecord[] {
  const isOrdered = named.every(({ partNumber }, index) => partNumber > (named[index - 1]?.partNumber ?? 0));
  if (!isOrdered) throw new S3Error("InvalidPartOrder", { details: { UploadId: record.uploadId } });
  const selected = named.map((completed) => {
    const part = parts.get(completed.partNumber);
    if (part === undefined || part.etag !== completed.etag) throw invalidPart(completed, record.uploadId);
    checkPartChecksums(completed, part, record);
    return part;
  });
  const small = selected.slice(0, -1).find(({ sizeBytes }) => sizeBytes < MIN_PART_BYTES);
  if (small === undefined) return selected;
  throw new S3Error("EntityTooSmall", {
    details: {
      ProposedSize: small.sizeBytes,
      MinSizeAllowed: MIN_PART_BYTES,
      PartNumber: small.partNumber,
      ETag: small.etag,
    },
  });
}
