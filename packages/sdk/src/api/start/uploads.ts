import { isUtf8 } from "node:buffer";
import { Readable } from "node:stream";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { newTransactionId } from "../../flow/transaction.js";
import { isMissing } from "../../sidecar/s3-failure.js";
import { encryption } from "../../sidecar/store.js";
import type { Log, StepOptions } from "../../step.js";
import { Problem } from "../http/problem.js";
import { parseObject } from "../http/request.js";

/** How inputs are taken that are too large for an API's request. */
export interface UploadOptions {
  /** Largest input. The function holds it in memory about five times over, seven times with an `Idempotency-Key`. Unit: bytes. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** How long the URL takes the input. Unit: seconds, integer, 1 to 43,200. Default: 900. */
  readonly expiresSeconds?: number;
}

export const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;
export const UPLOAD_EXPIRES_SECONDS = 900;

/** Where uploads lie: a sidecar's key has no slash. */
export interface UploadPlace {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly sse: StepOptions["sse"];
}

const keyOf = (upload: string): string => `uploads/${upload}`;

/** A place for an input, and what has to be sent there. */
export interface Upload {
  readonly upload: string;
  readonly uploadUrl: string;
  /** Headers without which S3 refuses the PUT, beside `Content-Length`. */
  readonly uploadHeaders: Readonly<Record<string, string>>;
  readonly expiresAt: string;
}

/** Signed with it are the length and the condition: the URL takes one object of that size, once. */
export const presignUpload = async (
  { s3, bucket, sse }: UploadPlace,
  {
    contentLength,
    expiresSeconds,
    prefix,
  }: { readonly contentLength: number; readonly expiresSeconds: number; readonly prefix: string },
): Promise<Upload> => {
  // Loaded when called: most processes are started with a body.
  const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");
  const upload = newTransactionId(prefix);
  const signedAt = new Date();
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: keyOf(upload),
    ContentType: "application/json",
    ContentLength: contentLength,
    IfNoneMatch: "*",
    ...encryption(sse),
  });
  withoutChecksum(command);
  return {
    upload,
    uploadUrl: await getSignedUrl(s3, command, { expiresIn: expiresSeconds, signingDate: signedAt }),
    uploadHeaders: { "content-type": "application/json", "if-none-match": "*", ...encryptionHeaders(sse) },
    expiresAt: new Date(signedAt.getTime() + expiresSeconds * 1000).toISOString(),
  };
};

/** The client signs the checksum of the body that it has: none. S3 would refuse every other. */
const withoutChecksum = ({ middlewareStack }: PutObjectCommand): void =>
  middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { readonly headers: Record<string, string> };
      for (const name of Object.keys(headers)) {
        if (/^x-amz-(?:checksum-|sdk-checksum-)/i.test(name)) Reflect.deleteProperty(headers, name);
      }
      return next(args);
    },
    { step: "build", priority: "low", name: "sfs3WithoutChecksum" },
  );

const encryptionHeaders = (sse: StepOptions["sse"]): Readonly<Record<string, string>> => {
  const { ServerSideEncryption, ...key } = encryption(sse);
  return {
    "x-amz-server-side-encryption": ServerSideEncryption,
    ...("SSEKMSKeyId" in key && { "x-amz-server-side-encryption-aws-kms-key-id": key.SSEKMSKeyId }),
  };
};

/**
 * The uploaded input; `undefined` where there is none.
 *
 * @throws Problem `too-large`, or `invalid-request` for what is no JSON object
 */
export const readUpload = async (
  { s3, bucket }: UploadPlace,
  { upload, maxBytes }: { readonly upload: string; readonly maxBytes: number },
): Promise<Record<string, unknown> | undefined> => {
  const get = async () => s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(upload) }));
  const found = await get().catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  if ((found.ContentLength ?? 0) > maxBytes) {
    if (found.Body instanceof Readable) found.Body.destroy();
    throw tooLarge(maxBytes);
  }
  const bytes = Buffer.from((await found.Body?.transformToByteArray()) ?? []);
  if (!isUtf8(bytes)) throw new Problem("invalid-request", "The uploaded input is not UTF-8.");
  return parseObject(bytes.toString("utf8"), "The uploaded input");
};

export const tooLarge = (maxBytes: number): Problem =>
  new Problem("too-large", `An input may have at most ${maxBytes} bytes.`);

/** The data is in the sidecar: what stays behind is for the bucket's lifecycle rule to remove. */
export const deleteUpload = async ({ s3, bucket }: UploadPlace, upload: string, log: Log): Promise<void> => {
  try {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(upload) }));
  } catch (error) {
    log.warn("an upload was not deleted", { errorName: error instanceof Error ? error.name : "unknown" });
  }
};
