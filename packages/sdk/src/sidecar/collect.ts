import { Readable } from "node:stream";
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";

type Answer = Pick<GetObjectCommandOutput, "Body" | "ContentLength">;

/** The body of an answer of S3; where its length was announced, in memory that is allocated once. */
export const collect = async ({ Body: body, ContentLength: length }: Answer): Promise<Buffer> => {
  if (body instanceof Readable && length !== undefined) return fill(Buffer.allocUnsafeSlow(length), body);
  const { buffer, byteOffset, byteLength } = (await body?.transformToByteArray()) ?? new Uint8Array();
  return Buffer.from(buffer, byteOffset, byteLength);
};

const fill = async (bytes: Buffer, body: AsyncIterable<Uint8Array | string>): Promise<Buffer> => {
  let at = 0;
  for await (const chunk of body) {
    const received = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    if (at + received.length <= bytes.length) bytes.set(received, at);
    at += received.length;
  }
  if (at === bytes.length) return bytes;
  const error = new Error(`The answer announced ${bytes.length} bytes and had ${at}.`);
  throw Object.assign(error, { code: "ERR_STREAM_PREMATURE_CLOSE" });
};
