import { lambdaError } from "./lambda-errors.js";

/** Lambda quotas, "Invocation payload": 6 MB, which its messages give in bytes. */
export const MAX_EVENT_BYTES = 6_291_556;

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
