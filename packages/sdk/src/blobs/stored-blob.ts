import { addAbortSignal, finished, Readable, type Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Sfs3Error } from "../errors.js";
import { isMissing, isUnavailable } from "../sidecar/s3-failure.js";
import { distortedBlob, missingBlob, outsideOfStep, unavailableBlob } from "./failures.js";
import { measured } from "./measured.js";
import type { BlobReference } from "./reference.js";
import type { BlobLocation } from "./scope.js";

/**
 * A blob as the function of a step gets it. Nothing is read before it is asked for.
 *
 * Reading fails with `SidecarCorruptError` where the blob is gone, or is not what the sidecar says: the check is made
 * when the last byte has come. It fails with `SidecarUnavailableError` where S3 does, and ends with the step's `signal`.
 *
 * @example
 * ```ts
 * import { createWriteStream } from "node:fs";
 * import { pipeline } from "node:stream/promises";
 * import { blob, defineStep } from "@sfs3/sdk";
 * import * as z from "zod";
 *
 * export const fetchScan = defineStep(
 *   z.object({ scan: blob() }),
 *   z.object({ bytes: z.number() }),
 *   async ({ scan }) => {
 *     await pipeline(scan.stream(), createWriteStream("/tmp/scan.tiff"));
 *     return { bytes: scan.size };
 *   },
 *   { name: "fetch-scan" },
 * );
 * ```
 */
export interface StoredBlob {
  /** Unit: bytes. */
  readonly size: number;
  readonly contentType: string;
  /** Each call reads the blob anew. */
  stream(): Readable;
  /** The whole blob in memory. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * An address at which whoever has it may GET the blob, without AWS credentials.
   *
   * @param options `expiresInSeconds`: integer, 1 to 604,800 (7 days); 900 by default. An address signed by a role, as a
   * Lambda signs it, ends with the role's session at the latest.
   * @throws `StepConfigurationError` where `expiresInSeconds` is out of range
   */
  url(options?: { readonly expiresInSeconds?: number }): Promise<string>;
  /** The reference, as it stands in the sidecar. */
  toJSON(): BlobReference;
}

const references = new WeakMap<object, () => BlobReference>();

/** The reference of a value that a blob schema has made. */
export const referenceOf = (value: unknown): BlobReference | undefined =>
  typeof value === "object" && value !== null ? references.get(value)?.() : undefined;

/** @param location `undefined` outside of a step, where there is nothing to read */
export const storedBlob = (reference: () => BlobReference, location: BlobLocation | undefined): StoredBlob => {
  const place = () => {
    if (location === undefined) throw outsideOfStep();
    return location;
  };
  const blob: StoredBlob = {
    get size() {
      return reference().$blob.size;
    },
    get contentType() {
      return reference().$blob.contentType;
    },
    stream: () => read(place(), reference()),
    bytes: async () => buffer(read(place(), reference())),
    url: async ({ expiresInSeconds = DEFAULT_URL_SECONDS } = {}) => sign(place(), reference(), expiresInSeconds),
    toJSON: reference,
  };
  references.set(blob, reference);
  return blob;
};

/** The bytes as they come; a last look tells whether they were the blob's. */
const read = (location: BlobLocation, { $blob }: BlobReference): Readable => {
  const { stream } = measured(({ size, checksum }) =>
    size === $blob.size && checksum === $blob.checksum ? undefined : distortedBlob(location),
  );
  open(location, $blob.key).then(
    (body) => feed(body, stream, location),
    (error: Error) => stream.destroy(error),
  );
  return addAbortSignal(location.streamSignal, stream);
};

const feed = (body: Readable, stream: Transform, location: BlobLocation): void => {
  finished(body, (error) => {
    // Beside the network, the client's own comparison of checksums ends a body.
    if (error)
      stream.destroy(isUnavailable(error) ? unavailableBlob("read", location, error) : distortedBlob(location, error));
  });
  finished(stream, () => body.destroy());
  body.pipe(stream);
};

const open = async (location: BlobLocation, key: string): Promise<Readable> => {
  const { s3, bucket, streamSignal } = location;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: streamSignal });
    return Body instanceof Readable ? Body : Readable.from([]);
  } catch (error) {
    if (isMissing(error)) throw missingBlob(location, error);
    throw isUnavailable(error) ? unavailableBlob("read", location, error) : error;
  }
};

const DEFAULT_URL_SECONDS = 900;

/** Source: Amazon S3 User Guide, "Download and upload objects with presigned URLs". */
const MAX_URL_SECONDS = 604_800;

const sign = async (location: BlobLocation, { $blob }: BlobReference, expiresIn: number): Promise<string> => {
  if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > MAX_URL_SECONDS) {
    throw new Sfs3Error(
      "StepConfigurationError",
      `Step '${location.step}' asked for the url of a blob: expiresInSeconds must be an integer from 1 to ${MAX_URL_SECONDS}.`,
    );
  }
  const { s3, bucket } = location;
  return getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: $blob.key }), { expiresIn });
};
