import type { ObjectChecksum } from "../checksums.js";
import type { Tags } from "../tags.js";

/** The id of the version that a bucket without versioning, or with suspended versioning, writes. */
export const NULL_VERSION = "null";

/** What a version's id looks like. Lower case only, as it is part of a file's name. */
export const VERSION_ID = /^(?:null|[0-9a-f]{32})$/;

/** What every version has. */
export interface VersionCommon {
  readonly key: string;
  readonly versionId: string;
  /** Order of the writes into a bucket: of a key's versions, the one with the highest is current. */
  readonly sequence: number;
  /** Unit: milliseconds since 1970, UTC. */
  readonly lastModifiedMs: number;
}

/** A part of an object that came as a multipart upload. */
export interface ObjectPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly checksum?: ObjectChecksum;
}

/** What S3 knows of an object besides its body. */
export interface ObjectRecord extends VersionCommon {
  readonly isDeleteMarker?: never;
  /** Length of the body. Unit: bytes. */
  readonly sizeBytes: number;
  /** Hexadecimal MD5 of the body, of a multipart upload `<MD5 of the parts' MD5s>-<parts>`; without quotes. */
  readonly etag: string;
  /** Response headers that GET and HEAD repeat, in lower case: Content-Type, x-amz-meta-*, encryption and the like. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: ObjectChecksum;
  readonly tags?: Tags;
  readonly parts?: readonly ObjectPart[];
  /** The multipart upload that the object was; completing it again finds it by this. */
  readonly uploadId?: string;
}

/** What a DELETE leaves in a bucket with versioning: the key is without an object, older versions remain. */
export interface DeleteMarker extends VersionCommon {
  readonly isDeleteMarker: true;
}

export type ObjectVersion = ObjectRecord | DeleteMarker;

/** An object that is still to get its place among its key's versions. */
export type ObjectDraft = Omit<ObjectRecord, "versionId" | "sequence">;
