import type { IncomingMessage } from "node:http";
import type { InputOf } from "@sfs3/client";
import type { processA } from "../src/flow.js";

/** What ProcessA is started with. */
export type Input = InputOf<typeof processA>;

const DEFAULT_INPUT: Input = { foo: "foo val", bar: "bar val" };

const MAX_BODY_BYTES = 1024 * 1024;

/** A body that is no input. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  /** The HTTP status of the refusal. */
  readonly status: 400 | 413;

  constructor(status: 400 | 413, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * The input that a request carries. The start API checks it against the flow's schema, and says what is wrong.
 *
 * @throws `BodyError`
 */
export async function inputOf(request: IncomingMessage): Promise<Input> {
  const body = await textOf(request);
  if (body === "") return DEFAULT_INPUT;
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new BodyError(400, `The body is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += chunk.length;
      // What is too long is read all the same, and dropped: a caller who is still sending reads no answer.
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    }
  } catch (cause) {
    throw new BodyError(400, "The body has not arrived.", { cause });
  }
  if (bytes > MAX_BODY_BYTES) throw new BodyError(413, `The body has ${bytes} bytes, more than ${MAX_BODY_BYTES}.`);
  return Buffer.concat(chunks).toString();
}
