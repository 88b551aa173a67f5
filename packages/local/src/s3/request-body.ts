import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { awsChunkedDecoder } from "./aws-chunked.js";
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  type ChecksumClaim,
  claimedChecksum,
  type ObjectChecksum,
  verifyChecksum,
} from "./checksums.js";
import { S3Error } from "./errors.js";
import type { BodySource, StagedObject } from "./storage/staged-object.js";

type Headers = Readonly<Record<string, string>>;

/** Largest body of one PUT. Unit: bytes. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3;

const STREAMING_PAYLOADS = new Set([
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
]);
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** What a request's headers say of its body. */
interface BodyClaims {
  readonly isChunked: boolean;
  readonly sizeBytes: number;
  readonly checksum: ChecksumClaim | undefined;
  /** Hexadecimal. */
  readonly md5: string | undefined;
  /** Hexadecimal. */
  readonly sha256: string | undefined;
}

interface BodyRequest {
  readonly headers: Headers;
  readonly openBody: () => Readable;
}

/** A body on disk that is what its sender says it is. */
export interface ReceivedBody {
  readonly staged: StagedObject;
  readonly checksum: ObjectChecksum | undefined;
}

function isChunked(headers: Headers): boolean {
  const payload = headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  if (STREAMING_PAYLOADS.has(payload)) return true;
  if (payload !== "UNSIGNED-PAYLOAD" && !SHA256_HEX.test(payload)) {
    throw new S3Error("InvalidArgument", {
      message: `x-amz-content-sha256 must be UNSIGNED-PAYLOAD, ${[...STREAMING_PAYLOADS].join(", ")}, or a valid sha256 value.`,
      details: { ArgumentName: "x-amz-content-sha256", ArgumentValue: payload },
    });
  }
  const encodings = (headers["content-encoding"] ?? "").toLowerCase().split(",");
  return encodings.some((encoding) => encoding.trim() === "aws-chunked");
}

function declaredBytes(headers: Headers, chunked: boolean): number {
  if (!chunked && headers["transfer-encoding"] !== undefined) {
    throw new S3Error("NotImplemented", { details: { Header: "Transfer-Encoding" } });
  }
  const declared = headers[chunked ? "x-amz-decoded-content-length" : "content-length"];
  if (declared === undefined || !/^\d{1,15}$/.test(declared)) throw new S3Error("MissingContentLength");
  const sizeBytes = Number(declared);
  if (sizeBytes > MAX_PUT_BYTES) {
    throw new S3Error("EntityTooLarge", { details: { ProposedSize: sizeBytes, MaxSizeAllowed: MAX_PUT_BYTES } });
  }
  return sizeBytes;
}

function claimedMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const digest = Buffer.from(header, "base64");
  if (digest.length !== 16 || digest.toString("base64") !== header) throw new S3Error("InvalidDigest");
  return digest.toString("hex");
}

function readClaims(headers: Headers): BodyClaims {
  const chunked = isChunked(headers);
  const sha256 = headers["x-amz-content-sha256"] ?? "";
  return {
    isChunked: chunked,
    sizeBytes: declaredBytes(headers, chunked),
    checksum: claimedChecksum(headers),
    md5: claimedMd5(headers["content-md5"]),
    sha256: SHA256_HEX.test(sha256) ? sha256 : undefined,
  };
}

function verify(claims: BodyClaims, staged: StagedObject, trailers: ReadonlyMap<string, string>) {
  if (staged.sizeBytes !== claims.sizeBytes) throw new S3Error("IncompleteBody");
  if (claims.md5 !== undefined && claims.md5 !== staged.md5) {
    throw new S3Error("BadDigest", { message: "The Content-MD5 you specified did not match what we received." });
  }
  const sha256 = Buffer.from(staged.checksums.get("SHA256") ?? "", "base64").toString("hex");
  if (claims.sha256 !== undefined && claims.sha256 !== sha256) {
    throw new S3Error("XAmzContentSHA256Mismatch", {
      details: { ClientComputedContentSHA256: claims.sha256, S3ComputedContentSHA256: sha256 },
    });
  }
  if (claims.checksum === undefined) return undefined;
  return verifyChecksum(claims.checksum, staged.checksums.get(claims.checksum.algorithm) ?? "", trailers);
}

/** The checksum of a staged body, where it was computed. */
export function computedChecksum(
  staged: StagedObject,
  algorithm: ChecksumAlgorithm | undefined,
): ObjectChecksum | undefined {
  const value = algorithm && staged.checksums.get(algorithm);
  return algorithm !== undefined && value !== undefined ? { algorithm, value } : undefined;
}

/**
 * Streams a request's body to disk, decoding `aws-chunked`, and holds it against every length and checksum the request
 * claims. Where one differs, nothing stays on disk. The checksum is what the request claims, else of the algorithm
 * `computed`.
 */
export async function receiveBody(
  { headers, openBody }: BodyRequest,
  stage: (body: BodySource) => Promise<StagedObject>,
  computed?: ChecksumAlgorithm,
): Promise<ReceivedBody> {
  const claims = readClaims(headers);
  const algorithms = new Set(computed === undefined ? [] : [computed]);
  if (claims.checksum !== undefined) algorithms.add(claims.checksum.algorithm);
  if (claims.sha256 !== undefined) algorithms.add("SHA256");
  const decoder = claims.isChunked ? awsChunkedDecoder() : undefined;
  const staged = await stage({ source: openBody(), algorithms, ...(decoder && { decoders: [decoder.stream] }) });
  try {
    const verified = verify(claims, staged, decoder?.trailers ?? new Map());
    return { staged, checksum: verified ?? computedChecksum(staged, computed) };
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/**
 * Reads a small request document whole, with the same checks.
 *
 * @throws S3Error `MaxMessageLengthExceeded` over `maxBytes`
 */
export async function receiveDocument({ headers, openBody }: BodyRequest, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of openBody()) {
    sizeBytes += part.length;
    if (sizeBytes > maxBytes)
      throw new S3Error("MaxMessageLengthExceeded", { details: { MaxMessageLengthBytes: maxBytes } });
    parts.push(part);
  }
  const document = Buffer.concat(parts);
  checkDocument(headers, document);
  return document.toString("utf8");
}

function checkDocument(headers: Headers, document: Buffer): void {
  const claim = claimedChecksum(headers);
  if (claim !== undefined) {
    const checksum = CHECKSUM_ALGORITHMS[claim.algorithm].create();
    checksum.update(document);
    verifyChecksum(claim, checksum.digest().toString("base64"), new Map());
  }
  const md5 = claimedMd5(headers["content-md5"]);
  if (md5 !== undefined && md5 !== createHash("md5").update(document).digest("hex")) throw new S3Error("BadDigest");
}
