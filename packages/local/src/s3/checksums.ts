import { createHash } from "node:crypto";
import { type Checksum, crc32, crc32c, crc64nvme } from "./crc.js";
import { S3Error } from "./errors.js";
import type { XmlElement } from "./xml.js";

function hash(algorithm: "sha1" | "sha256"): Checksum {
  const running = createHash(algorithm);
  return { update: (bytes) => void running.update(bytes), digest: () => running.digest() };
}

interface Algorithm {
  readonly header: string;
  readonly bytes: number;
  readonly create: () => Checksum;
}

/** The checksum algorithms of S3, by the name that `x-amz-sdk-checksum-algorithm` uses. */
export const CHECKSUM_ALGORITHMS = {
  CRC32: { header: "x-amz-checksum-crc32", bytes: 4, create: crc32 },
  CRC32C: { header: "x-amz-checksum-crc32c", bytes: 4, create: crc32c },
  CRC64NVME: { header: "x-amz-checksum-crc64nvme", bytes: 8, create: crc64nvme },
  SHA1: { header: "x-amz-checksum-sha1", bytes: 20, create: () => hash("sha1") },
  SHA256: { header: "x-amz-checksum-sha256", bytes: 32, create: () => hash("sha256") },
} as const satisfies Record<string, Algorithm>;

/** Whether a checksum is of the bytes of the whole object, or of the checksums of its parts. */
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

export type ChecksumAlgorithm = keyof typeof CHECKSUM_ALGORITHMS;

/** A checksum of an object; `value` is base64, of a composite one followed by `-<parts>`. */
export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

/** What the client says the body's checksum is: at once, or in the trailer that follows the body. */
export interface ChecksumClaim {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string | undefined;
}

type Headers = Readonly<Record<string, string>>;

const ALGORITHM_NAMES = Object.keys(CHECKSUM_ALGORITHMS) as ChecksumAlgorithm[];
const SELECTORS = new Set(["x-amz-checksum-algorithm", "x-amz-checksum-type", "x-amz-checksum-mode"]);

export function checksumAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = ALGORITHM_NAMES.find((candidate) => candidate === name.toUpperCase());
  if (algorithm === undefined) {
    throw new S3Error("InvalidRequest", {
      message: `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHM_NAMES.join(", ")}]`,
    });
  }
  return algorithm;
}

/** The checksum that the headers of a request claim for its body, if any. */
export function claimedChecksum(headers: Headers): ChecksumClaim | undefined {
  const inHeaders = Object.keys(headers).filter((name) => name.startsWith("x-amz-checksum-") && !SELECTORS.has(name));
  const inTrailer = trailerNames(headers).filter((name) => name.startsWith("x-amz-checksum-"));
  const [name, ...others] = [...inHeaders, ...inTrailer];
  if (others.length > 0) {
    throw new S3Error("InvalidRequest", {
      message: "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    });
  }
  const selected = headers["x-amz-sdk-checksum-algorithm"];
  if (name === undefined) {
    if (selected === undefined) return undefined;
    checksumAlgorithm(selected);
    throw new S3Error("InvalidRequest", {
      message:
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    });
  }
  const algorithm = checksumAlgorithm(name.slice("x-amz-checksum-".length));
  if (selected !== undefined && checksumAlgorithm(selected) !== algorithm) {
    throw new S3Error("InvalidRequest", { message: "Value for x-amz-sdk-checksum-algorithm header is invalid." });
  }
  const value = headers[name];
  if (value !== undefined) checkEncoding(algorithm, value);
  return { algorithm, value };
}

function trailerNames(headers: Headers): string[] {
  return (headers["x-amz-trailer"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}

function checkEncoding(algorithm: ChecksumAlgorithm, value: string): void {
  const { header, bytes } = CHECKSUM_ALGORITHMS[algorithm];
  const decoded = Buffer.from(value, "base64");
  if (decoded.length !== bytes || decoded.toString("base64") !== value) {
    throw new S3Error("InvalidRequest", { message: `Value for ${header} header is invalid.` });
  }
}

/**
 * Holds a claim against what was computed.
 *
 * @throws S3Error `MalformedTrailerError` where the announced trailer did not come, `BadDigest` where it differs
 */
export function verifyChecksum(
  claim: ChecksumClaim,
  computed: string,
  trailers: ReadonlyMap<string, string>,
): ObjectChecksum {
  const claimed = claim.value ?? trailers.get(CHECKSUM_ALGORITHMS[claim.algorithm].header);
  if (claimed === undefined) throw new S3Error("MalformedTrailerError");
  checkEncoding(claim.algorithm, claimed);
  if (claimed !== computed) {
    throw new S3Error("BadDigest", {
      message: `The ${claim.algorithm} you specified did not match the calculated checksum.`,
    });
  }
  return { algorithm: claim.algorithm, value: computed };
}

/** Base64 has no hyphen: one is what a composite checksum's number of parts stands behind. */
export function checksumType({ value }: ObjectChecksum): ChecksumType {
  return value.includes("-") ? "COMPOSITE" : "FULL_OBJECT";
}

/** The checksum of checksums by which S3 tells the parts of an upload. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly ObjectChecksum[]): ObjectChecksum {
  const checksum = CHECKSUM_ALGORITHMS[algorithm].create();
  for (const { value } of parts) checksum.update(Buffer.from(value, "base64"));
  return { algorithm, value: `${checksum.digest().toString("base64")}-${parts.length}` };
}

/** The response header that carries a part's checksum. */
export function partChecksumHeaders(checksum: ObjectChecksum | undefined): Record<string, string> {
  return checksum === undefined ? {} : { [CHECKSUM_ALGORITHMS[checksum.algorithm].header]: checksum.value };
}

/** The response headers that carry an object's checksum. */
export function checksumHeaders(checksum: ObjectChecksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { ...partChecksumHeaders(checksum), "x-amz-checksum-type": checksumType(checksum) };
}

/** The element that carries a checksum in a result document. */
export function checksumElements(checksum: ObjectChecksum | undefined): readonly XmlElement[] {
  return checksum === undefined ? [] : [[`Checksum${checksum.algorithm}`, checksum.value]];
}
