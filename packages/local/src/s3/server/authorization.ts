import { S3Error } from "../errors.js";
import { checkPresignedUrl, checkPresignedUrlV2 } from "./presigned-url.js";
import type { S3Request } from "./request.js";

const SIGNATURE_V4 = /^AWS4-HMAC-SHA256\s+(?=.*Credential=[^\s,]+)(?=.*SignedHeaders=[^\s,]+)(?=.*Signature=[0-9a-f]+)/;

/**
 * Refuses what a private bucket refuses: a request that is not signed, or whose presigned URL is not valid now. The
 * signature itself is not verified, so any credentials will do.
 */
export function authorise(request: S3Request, nowMs: number): void {
  const { query, headers } = request;
  if (query.has("X-Amz-Signature") || query.has("X-Amz-Algorithm")) checkPresignedUrl(request, nowMs);
  else if (query.has("Signature")) checkPresignedUrlV2(query, nowMs);
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
