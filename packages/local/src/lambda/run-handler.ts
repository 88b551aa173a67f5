import { createContext } from "./context.js";
import type { Invocation } from "./invocation.js";
import { failed, type InvocationAnswer, thrown } from "./lambda-errors.js";
import type { Handler } from "./load-handler.js";

// Lambda quotas: 6 MB, which its message gives in bytes.
const MAX_RESPONSE_BYTES = 6_291_556;

/** Calls the handler and words its answer as Lambda's Node.js runtime does. */
export async function runHandler(handler: Handler, invocation: Invocation): Promise<InvocationAnswer> {
  try {
    const event: unknown = JSON.parse(invocation.payload);
    return respond(await handler(event, createContext(invocation, Date.now())));
  } catch (error) {
    const answer = thrown(error);
    process.stderr.write(`ERROR\tInvoke Error\t${answer.payload}\n`);
    return answer;
  }
}

function respond(result: unknown): InvocationAnswer {
  const payload = stringify(result);
  if (payload === undefined) {
    const errorMessage = "Unable to stringify response body";
    return failed({ errorType: "Runtime.MarshalError", errorMessage, trace: [] });
  }
  if (Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES) return { payload };
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  return failed({ errorType: "Function.ResponseSizeTooLarge", errorMessage });
}

function stringify(result: unknown): string | undefined {
  try {
    // A function or a symbol has no JSON, and Lambda answers null as it does for undefined.
    return JSON.stringify(result) ?? "null";
  } catch {
    return undefined;
  }
}
