import { randomUUID } from "node:crypto";
import { StateFailure } from "../../asl/index.js";

interface HttpAnswer {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What an optimized integration adds to a service's answer: the HTTP response as the SDK saw it. */
export function sdkMetadata(body: string, { status = 200, headers }: HttpAnswer) {
  const requestId = randomUUID();
  const httpHeaders = {
    ...headers,
    "Content-Length": String(Buffer.byteLength(body)),
    Date: new Date().toUTCString(),
    "x-amzn-RequestId": requestId,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(httpHeaders).map(([name, value]) => [name, [value]])),
      HttpHeaders: httpHeaders,
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}

interface Refusal {
  /** As the SDK names the service. */
  readonly service: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A service's refusal, in the words in which an optimized integration passes it on. */
export function optimizedFailure(error: string, { service, status, code, message }: Refusal): StateFailure {
  const details = `Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null`;
  return new StateFailure(error, `${message} (${details})`);
}
