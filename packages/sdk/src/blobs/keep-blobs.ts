import { PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import { isMissing, isUnavailable } from "../sidecar/s3-failure.js";
import { missingBlob, unavailableBlob } from "./failures.js";
import { type BlobReference, referencesOf } from "./reference.js";
import type { BlobLocation } from "./scope.js";
import { COMMITTED } from "./tag.js";

/** Tags the blobs of the step in a JSON value as committed. Once more does no harm. */
export const keepBlobs = async (location: BlobLocation, output: unknown): Promise<void> => {
  for (const reference of referencesOf(output, location)) await keepBlob(location, reference);
};

const keepBlob = async (location: BlobLocation, { $blob }: BlobReference): Promise<void> => {
  const { s3, bucket, signal } = location;
  const command = new PutObjectTaggingCommand({ Bucket: bucket, Key: $blob.key, Tagging: { TagSet: [COMMITTED] } });
  await s3.send(command, { abortSignal: signal }).catch((error: unknown) => {
    if (isMissing(error)) throw missingBlob(location, error);
    throw isUnavailable(error) ? unavailableBlob("keep", location, error) : error;
  });
};
