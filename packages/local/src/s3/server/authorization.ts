import { S3Error } from "../errors.js";
import type { S3Request } from "./request.js";

const SIGNATURE_V4 = /^AWS4-HMAC-SHA256\s+(?=.*Credential=[^\s,]+)(?=.*SignedHeaders=[^\s,]+)(?=.*Signature=[0-9a-f]+)/;
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const MAX_EXPIRES_SECONDS = 604_800;

/**
 * Refuses what a private bucket refuses: a request that is not signed, or whose presigned URL has expired. The
 * signature itself is not verified, so any credentials will do.
 */
export function authorise({ headers, query }: S3Request, nowMs: number): void {
  if (query.has("X-Amz-Signature")) checkExpiry(query, nowMs);
  else checkAuthorization(headers.authorization);
}

function checkAuthorization(authorization: string | undefined): void {
  if (authorization === undefined) throw new S3Error("AccessDenied");
  if (!authorization.startsWith("AWS4-HMAC-SHA256")) {
    throw new S3Error("InvalidArgument", {
      message: "Unsupported Authorization Type",
      details: { ArgumentName: "Authorization" },
    });
  }
  if (!SIGNATURE_V4.test(authorization)) throw new S3Error("AuthorizationHeaderMalformed");
}

function checkExpiry(query: URLSearchParams, nowMs: number): void {
  const expiresSeconds = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  const signedMs = Date.parse((query.get("X-Amz-Date") ?? "").replace(AMZ_DATE, "$1-$2-$3T$4:$5:$6Z"));
  const isValid = expiresSeconds >= 1 && expiresSeconds <= MAX_EXPIRES_SECONDS && !Number.isNaN(signedMs);
  if (!isValid) throw new S3Error("AuthorizationQueryParametersError");
  const expiresMs = signedMs + expiresSeconds * 1000;
  if (nowMs <= expiresMs) return;
  throw new S3Error("AccessDenied", {
    message: "Request has expired",
    details: { "X-Amz-Expires": expiresSeconds, Expires: new Date(expiresMs).toISOString() },
  });
}
