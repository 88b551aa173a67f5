/** The objects that distributed Maps read and write: as much of S3 as they need. */
export interface ObjectPort {
  /** Opens an object. @throws an error named as S3 names it, such as `NoSuchKey` */
  read(object: ObjectVersion): Promise<AsyncIterable<Uint8Array>>;
  /** Lists the objects under a prefix, in S3's order. @throws an error named as S3 names it */
  list(bucket: string, prefix: string): AsyncIterable<ListedObject>;
  /** Writes an object of any size. @throws an error named as S3 names it, such as `NoSuchBucket` */
  write(object: ObjectLocation, body: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface ObjectLocation {
  readonly bucket: string;
  readonly key: string;
}

export interface ObjectVersion extends ObjectLocation {
  /** Default: the newest. */
  readonly versionId?: string | undefined;
}

export interface ListedObject {
  readonly key: string;
  /** With its quotes, as in the `ETag` header. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly sizeBytes: number;
  readonly storageClass: string;
}
