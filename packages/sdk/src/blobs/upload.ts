import { randomUUID } from "node:crypto";
import { pipeline } from "node:stream/promises";
import type { S3Client } from "@aws-sdk/client-s3";
// Not loaded late: a bundle leaves it out where no schema has a blob, and a late import would divide all bundles by it.
import { Upload } from "@aws-sdk/lib-storage";
import { isUnavailable } from "../sidecar/s3-failure.js";
import { encryption } from "../sidecar/store.js";
import { unavailableBlob } from "./failures.js";
import { measured } from "./measured.js";
import { type BlobKey, type BlobReference, blobFolder } from "./reference.js";
import type { BlobLocation, UploadOptions } from "./scope.js";
import type { CheckedSource } from "./source.js";
import { taggingHeader, UNCOMMITTED } from "./tag.js";

/**
 * Unit: bytes, S3's smallest, since the parts in flight lie in memory. S3 takes 10,000 parts, so a blob has 48 GiB at most.
 * Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits".
 */
const PART_BYTES = 5 * 1024 * 1024;

/** Parts on their way at a time, of all blobs of an output. */
const PARTS_IN_FLIGHT = 4;

/** Sends a source to S3, in parts where it is large, tagged as uncommitted. What fails leaves no parts behind. */
export const uploadBlob = async (
  location: BlobLocation,
  source: CheckedSource,
  { siblings, signal }: UploadOptions,
): Promise<BlobReference> => {
  const { bucket, txnId, step, sse } = location;
  const key = `${blobFolder(txnId)}${step}/${randomUUID()}`;
  const { contentType } = source;
  const stream = source.open();
  const { stream: body, measure } = measured();
  // The upload hears of its failure through the body.
  pipeline(stream, body, { signal }).catch(() => undefined);
  const upload = new Upload({
    client: boundClient(location),
    partSize: PART_BYTES,
    queueSize: Math.max(1, Math.floor(PARTS_IN_FLIGHT / siblings)),
    params: {
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: contentType,
      Tagging: taggingHeader(UNCOMMITTED),
      ChecksumAlgorithm: "CRC32",
      ChecksumType: "FULL_OBJECT",
      ...encryption(sse),
    },
  });
  const stored = await upload.done().catch((error: unknown) => {
    body.destroy();
    // What the author's stream fails of is the author's.
    if (stream.errored !== null && !signal.aborted) throw stream.errored;
    throw isUnavailable(error) ? unavailableBlob("store", location, error) : error;
  });
  const { size, checksum } = measure();
  if (stored.ChecksumCRC32 !== undefined && `crc32-${stored.ChecksumCRC32}` !== checksum) {
    throw unavailableBlob("store", location, new Error("S3 computed another checksum than was sent."));
  }
  return { $blob: { key: key as BlobKey, size, contentType, checksum } };
};

/** Its requests are given up when those of the sidecar are. */
const boundClient = ({ s3, signal }: BlobLocation): S3Client => {
  const send = (command: Parameters<S3Client["send"]>[0]) => s3.send(command, { abortSignal: signal });
  return Object.create(s3, { send: { value: send } }) as S3Client;
};
