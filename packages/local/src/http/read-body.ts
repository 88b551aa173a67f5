import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.js";

interface BodyLimit {
  readonly maxBodyBytes: number;
  readonly tooLargeCode: string;
}

/** Reads a body whole. One over the limit is read to its end but not kept: a client that is cut off sees no answer. */
export async function readBody(request: IncomingMessage, { maxBodyBytes, tooLargeCode }: BodyLimit): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (sizeBytes <= maxBodyBytes) return Buffer.concat(chunks);
  const message = `The request's body has ${sizeBytes} bytes; at most ${maxBodyBytes} are allowed.`;
  throw new AwsError(tooLargeCode, { status: 413, message });
}
