import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Environment } from "../environment.js";
import { Sfs3Error } from "../errors.js";
import type { StepOptions } from "../step.js";
import { collect } from "./collect.js";
import type { StoredDocument } from "./document.js";
import type { Framed } from "./frame.js";
import { inTime } from "./in-time.js";
import type { Layout } from "./layout.js";
import { isLostRace, isMissing, isUnavailable } from "./s3-failure.js";

export interface SidecarLocation {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly txnId: string;
  readonly layout: Layout;
  readonly step: string;
  readonly sse: StepOptions["sse"];
  /** Gives requests up that would outlast the Lambda. */
  readonly signal: AbortSignal;
}

/** A document as one version of its object. */
export interface StoredVersion extends StoredDocument {
  readonly etag: string;
}

/** User metadata of an object that sfs3 framed. Who writes the object anew, without knowing of it, takes it away. */
const SEAL = "sfs3-seal";

/** @returns the document, and the ETag of its version */
export const getDocument = async ({
  s3,
  bucket,
  txnId,
}: Pick<SidecarLocation, "s3" | "bucket" | "txnId">): Promise<
  StoredDocument & { readonly etag: string | undefined }
> => {
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: txnId }));
  return { bytes: await collect(answer), seal: answer.Metadata?.[SEAL], etag: answer.ETag };
};

export const readObject = async (location: SidecarLocation): Promise<StoredVersion> => {
  const { bucket, txnId, step, signal } = location;
  const { bytes, seal, etag } = await inTime(signal, () => getDocument(location)).catch((error: unknown) => {
    if (isMissing(error)) {
      const message = `Step '${step}' found no sidecar of transaction '${txnId}' in bucket '${bucket}'.`;
      throw new Sfs3Error("S3DataPreconditionError", message, { cause: error });
    }
    throw isUnavailable(error) ? unavailable("read", location, error) : error;
  });
  if (etag === undefined) throw unconditional(location);
  return { bytes, seal, etag };
};

/** What a PUT of a framed document says of it. The seal is what S3 checks the bytes against that arrive. */
export const framedBody = ({ bytes, seal }: Framed) => ({
  Body: bytes,
  ContentType: "application/json",
  ChecksumCRC32: seal,
  Metadata: { [SEAL]: seal },
});

/**
 * Replaces exactly the version read.
 *
 * @returns the failure that leaves the sidecar, or the knowledge of it, as it was; `undefined` when written
 */
export const replaceObject = async (
  location: SidecarLocation,
  framed: Framed,
  etag: string,
): Promise<Sfs3Error | undefined> => {
  const { s3, bucket, txnId, sse, signal } = location;
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: txnId,
    ...framedBody(framed),
    IfMatch: etag,
    ...encryption(sse),
  });
  try {
    await inTime(signal, () => s3.send(command));
    return undefined;
  } catch (error) {
    if (isLostRace(error)) return conflict(location, error);
    if (isUnavailable(error)) return unavailable("write", location, error);
    throw error;
  }
};

/** As the author says, or else by the key that the deployment names. */
export const encryption = (sse: StepOptions["sse"], env: Environment = process.env) => {
  const keyId = typeof sse === "object" ? sse.keyId : sse === undefined ? env.SFS3_KMS_KEY_ID : undefined;
  return keyId === undefined || keyId === ""
    ? ({ ServerSideEncryption: "AES256" } as const)
    : ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyId } as const);
};

export const conflict = ({ txnId, step }: SidecarLocation, cause: unknown): Sfs3Error =>
  new Sfs3Error(
    "SidecarConflictError",
    `Step '${step}' kept losing conditional writes of the sidecar of transaction '${txnId}' until its time was spent.`,
    { cause },
  );

export const unavailable = (what: "read" | "write", { txnId, step }: SidecarLocation, cause: unknown): Sfs3Error =>
  new Sfs3Error(
    "SidecarUnavailableError",
    `S3 failed to ${what} the sidecar of transaction '${txnId}' for step '${step}'.`,
    { cause },
  );

export const unconditional = ({ bucket, step }: SidecarLocation): Sfs3Error =>
  new Sfs3Error(
    "StepConfigurationError",
    `Step '${step}' read from bucket '${bucket}' without an ETag, and cannot write without losing what others write; ` +
      "use S3, or let the mock answer GetObject with an ETag.",
  );
