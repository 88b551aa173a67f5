import type { IncomingHttpHeaders } from "node:http";

/** Which service a request was signed for: the credential scope of Signature Version 4. */
export interface CredentialScope {
  readonly region: string;
  readonly service: string;
}

const HEADER = /^AWS4-HMAC-SHA256\s.*Credential=(?<credential>[^\s,]+)/;

/**
 * The scope of a signed request, from its `Authorization` header or its query; `undefined` for an unsigned one. The
 * signature itself is not verified: any credentials will do on one's own machine.
 */
export function credentialScope(
  headers: IncomingHttpHeaders,
  query: URLSearchParams | undefined,
): CredentialScope | undefined {
  const inHeader = HEADER.exec(headers.authorization ?? "")?.groups?.credential;
  const credential = inHeader ?? query?.get("X-Amz-Credential") ?? "";
  // An access key may hold slashes in no place that counts: the scope is always the last four parts.
  const [terminator, service, region, date] = credential.split("/").reverse();
  if (terminator !== "aws4_request" || !service || !region || !date) return undefined;
  return { region, service };
}
