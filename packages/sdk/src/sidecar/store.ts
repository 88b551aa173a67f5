import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Sfs3Error } from "../errors.js";
import type { StepOptions } from "../step.js";

export interface SidecarLocation {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly txnId: string;
  readonly step: string;
  readonly sse: StepOptions["sse"];
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string | undefined;
}

export const readObject = async ({ s3, bucket, txnId, step }: SidecarLocation): Promise<StoredObject> => {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: txnId }));
    return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag };
  } catch (error) {
    if (isMissing(error)) {
      const message = `Step '${step}' found no sidecar of transaction '${txnId}' in bucket '${bucket}'.`;
      throw new Sfs3Error("S3DataPreconditionError", message, { cause: error });
    }
    throw isUnavailable(error) ? unavailable("read", { txnId, step }, error) : error;
  }
};

/**
 * Replaces exactly the version read.
 *
 * @returns the failure that leaves the sidecar, or the knowledge of it, as it was; `undefined` when written
 */
export const replaceObject = async (
  { s3, bucket, txnId, step, sse }: SidecarLocation,
  body: Buffer,
  etag: string | undefined,
): Promise<Sfs3Error | undefined> => {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: txnId,
    Body: body,
    ContentType: "application/json",
    ...(etag === undefined ? {} : { IfMatch: etag }),
    ...encryption(sse),
  });
  try {
    await s3.send(command);
    return undefined;
  } catch (error) {
    if (isLostRace(error)) return conflict({ txnId, step }, error);
    if (isUnavailable(error)) return unavailable("write", { txnId, step }, error);
    throw error;
  }
};

const encryption = (sse: StepOptions["sse"]) =>
  typeof sse === "object"
    ? ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: sse.keyId } as const)
    : ({ ServerSideEncryption: "AES256" } as const);

type Place = { readonly txnId: string; readonly step: string };

const conflict = ({ txnId, step }: Place, cause: unknown): Sfs3Error =>
  new Sfs3Error(
    "SidecarConflictError",
    `Step '${step}' kept losing conditional writes of the sidecar of transaction '${txnId}' until its time was spent.`,
    { cause },
  );

const unavailable = (what: "read" | "write", { txnId, step }: Place, cause: unknown): Sfs3Error =>
  new Sfs3Error(
    "SidecarUnavailableError",
    `S3 failed to ${what} the sidecar of transaction '${txnId}' for step '${step}'.`,
    {
      cause,
    },
  );

interface ServiceFailure {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const describe = (error: unknown) => {
  const {
    name = "",
    code = "",
    $metadata,
  } = (typeof error === "object" && error !== null ? error : {}) as ServiceFailure;
  return { name, code, status: $metadata?.httpStatusCode };
};

const isMissing = (error: unknown): boolean => {
  const { name, status } = describe(error);
  return name === "NoSuchKey" || name === "NotFound" || (status === 404 && name !== "NoSuchBucket");
};

const isLostRace = (error: unknown): boolean => {
  const { name, status } = describe(error);
  return status === 412 || status === 409 || LOST_RACES.has(name) || isMissing(error);
};

const LOST_RACES = new Set(["PreconditionFailed", "ConditionalRequestConflict"]);

const TRANSIENT_NAME =
  /throttl|slowdown|requesttimeout$|toomanyrequests|requestlimit|internalerror|serviceunavailable|timeouterror/i;
const NETWORK_CODE =
  /^(?:ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE)/;

const isUnavailable = (error: unknown): boolean => {
  const { name, code, status = 0 } = describe(error);
  return status >= 500 || status === 429 || TRANSIENT_NAME.test(name) || NETWORK_CODE.test(code);
};
