import { randomUUID } from "node:crypto";

/** What Step Functions adds to a service's answer: the HTTP response as the SDK saw it. */
export function sdkMetadata(body: string, headers: Readonly<Record<string, string>> = {}) {
  const requestId = randomUUID();
  const httpHeaders = {
    Connection: "keep-alive",
    "Content-Length": String(Buffer.byteLength(body)),
    "x-amzn-RequestId": requestId,
    ...headers,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(httpHeaders).map(([name, value]) => [name, [value]])),
      HttpHeaders: httpHeaders,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
