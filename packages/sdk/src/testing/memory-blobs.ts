import { randomUUID } from "node:crypto";
import { crcText, extendCrc } from "../blobs/checksum.js";
import { type BlobKey, type BlobReference, blobFolder } from "../blobs/reference.js";
import { COMMITTED } from "../blobs/tag.js";
import type { createMemoryS3 } from "./memory-s3.js";

/** A blob as it lies in S3. */
export interface TestBlob {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  /** Whether the lifecycle rule for what is uncommitted passes it by. */
  readonly committed: boolean;
}

/** The blobs in an S3 in memory. */
export const memoryBlobs = ({ objects, store }: Pick<ReturnType<typeof createMemoryS3>, "objects" | "store">) => ({
  writeBlob: (txnId: string, given: Uint8Array | string, { contentType = "application/octet-stream" } = {}) => {
    const bytes = Buffer.from(given);
    const key = `${blobFolder(txnId)}test/${randomUUID()}` as BlobKey;
    store(key, bytes, { contentType, tags: { [COMMITTED.Key]: COMMITTED.Value } });
    const checksum = `crc32-${crcText(extendCrc(0, bytes))}`;
    return { $blob: { key, size: bytes.byteLength, contentType, checksum } } satisfies BlobReference;
  },
  blobs: (txnId: string): readonly TestBlob[] =>
    [...objects]
      .filter(([key]) => key.startsWith(blobFolder(txnId)))
      .map(([key, { bytes, contentType, tags = {} }]) => {
        return { key, bytes, contentType, committed: tags[COMMITTED.Key] === COMMITTED.Value };
      }),
});
