import { S3Error } from "../errors.js";
import type { S3Request } from "./request.js";

const PARAMETERS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Signature",
  "X-Amz-Date",
  "X-Amz-SignedHeaders",
  "X-Amz-Expires",
];
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const MAX_EXPIRES_SECONDS = 604_800;
/** How far a clock may be ahead. */
const MAX_SKEW_MS = 15 * 60 * 1000;

/**
 * Refuses a presigned URL that is malformed, not valid at this time, or sent with other headers than it was signed for.
 *
 * Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
 */
export function checkPresignedUrl(request: S3Request, nowMs: number): void {
  const { query } = request;
  const isWhole = PARAMETERS.every((name) => query.has(name)) && query.get("X-Amz-Algorithm") === "AWS4-HMAC-SHA256";
  if (!isWhole) throw new S3Error("AuthorizationQueryParametersError");
  checkTime(query, nowMs);
  checkSignedHeaders(request);
}

/**
 * Refuses a presigned URL of signature version 2, which `aws s3 presign` still makes in us-east-1, after its time.
 *
 * Source: Amazon S3 User Guide, "Signing and authenticating REST requests (AWS signature version 2)".
 */
export function checkPresignedUrlV2(query: URLSearchParams, nowMs: number): void {
  const expires = query.get("Expires") ?? "";
  if (!query.get("AWSAccessKeyId") || !/^\d{1,12}$/.test(expires)) {
    throw new S3Error("AccessDenied", {
      message: "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
    });
  }
  const expiresMs = Number(expires) * 1000;
  if (nowMs <= expiresMs) return;
  throw new S3Error("AccessDenied", {
    message: "Request has expired",
    details: { Expires: new Date(expiresMs).toISOString(), ServerTime: new Date(nowMs).toISOString() },
  });
}

function malformed(message: string): S3Error {
  return new S3Error("AuthorizationQueryParametersError", { message });
}

function readExpiresSeconds(query: URLSearchParams): number {
  const text = query.get("X-Amz-Expires") ?? "";
  if (!/^-?\d{1,12}$/.test(text)) throw malformed("X-Amz-Expires should be a number");
  const expiresSeconds = Number(text);
  if (expiresSeconds < 0) throw malformed("X-Amz-Expires must be non-negative");
  if (expiresSeconds <= MAX_EXPIRES_SECONDS) return expiresSeconds;
  throw malformed(
    `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${MAX_EXPIRES_SECONDS} seconds`,
  );
}

function checkTime(query: URLSearchParams, nowMs: number): void {
  const expiresSeconds = readExpiresSeconds(query);
  const date = query.get("X-Amz-Date") ?? "";
  const signedMs = AMZ_DATE.test(date) ? Date.parse(date.replace(AMZ_DATE, "$1-$2-$3T$4:$5:$6Z")) : Number.NaN;
  if (Number.isNaN(signedMs)) {
    throw malformed(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  const expiresMs = signedMs + expiresSeconds * 1000;
  const details = {
    "X-Amz-Expires": expiresSeconds,
    Expires: new Date(expiresMs).toISOString(),
    ServerTime: new Date(nowMs).toISOString(),
  };
  if (signedMs > nowMs + MAX_SKEW_MS)
    throw new S3Error("AccessDenied", { message: "Request is not yet valid", details });
  if (nowMs > expiresMs) throw new S3Error("AccessDenied", { message: "Request has expired", details });
}

function checkSignedHeaders({ query, headers }: S3Request): void {
  const signed = new Set((query.get("X-Amz-SignedHeaders") ?? "").toLowerCase().split(";"));
  const unsigned = Object.keys(headers).filter((name) => name.startsWith("x-amz-") && !signed.has(name));
  if (unsigned.length > 0) {
    throw new S3Error("AccessDenied", {
      message: "There were headers present in the request which were not signed",
      details: { HeadersNotSigned: unsigned.join(", ") },
    });
  }
  // Whatever the signature is, it was made over a header that has not come.
  const isSent = (name: string) => headers[name] !== undefined;
  if (!signed.has("host") || ![...signed].every(isSent)) throw new S3Error("SignatureDoesNotMatch");
}
