import { lambdaError } from "./lambda-errors.js";

/** Lambda quotas, "Invocation payload": 6 MB, which its messages give in bytes. */
export const MAX_EVENT_BYTES = 6_291_556;

// Lambda API reference, Invoke, ClientContext. Unit: bytes of base64.
const MAX_CLIENT_CONTEXT_BYTES = 3_583;

/** What Lambda refuses of a client context before it invokes anything. */
export function checkClientContext(base64: string | undefined): void {
  if (base64 === undefined) return;
  if (base64.length > MAX_CLIENT_CONTEXT_BYTES) {
    const message = `Client context must be no more than ${MAX_CLIENT_CONTEXT_BYTES} bytes when base64-encoded.`;
    throw lambdaError("InvalidRequestContentException", message);
  }
  try {
    JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
  } catch {
    throw lambdaError("InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.");
  }
}

/** What Lambda refuses of an event before it invokes anything. */
export function checkEvent(payload: string): void {
  if (Buffer.byteLength(payload) > MAX_EVENT_BYTES) {
    const message = `Request must be smaller than ${MAX_EVENT_BYTES} bytes for the InvokeFunction operation`;
    throw lambdaError("RequestTooLargeException", message);
  }
  try {
    JSON.parse(payload);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw lambdaError("InvalidRequestContentException", `Could not parse request body into json: ${problem}`);
  }
}
