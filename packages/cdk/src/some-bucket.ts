import type { Bucket, IBucket } from "aws-cdk-lib/aws-s3";

/** Any bucket: with `exactOptionalPropertyTypes` the compiler does not take a `Bucket` for an `IBucket`, which it is. */
export type SomeBucket = IBucket | Bucket;

export const asBucket = (bucket: SomeBucket): IBucket => bucket as IBucket;
