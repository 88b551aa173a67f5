import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  HttpMethods,
  type LifecycleRule,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { asBucket, type SomeBucket } from "./some-bucket.js";

/** Settings of the bucket that a process gets where it is given none. */
export interface SidecarBucketProps {
  /** Key that encrypts the objects. Default: S3's own keys (SSE-S3). */
  readonly encryptionKey?: IKey;
  /** Where S3 writes who asked for which object. Default: nowhere. */
  readonly accessLogsBucket?: SomeBucket;
  /**
   * How long a sidecar stays after its last write. Unit: days. Default: 400, longer than an execution of Step Functions
   * can last (a year), so that no sidecar goes whose process has not ended.
   */
  readonly retentionDays?: number;
  /** Sites whose pages may upload large inputs. Default: those that may call the API. */
  readonly uploadOrigins?: readonly string[];
  /** What becomes of the bucket when the stack goes. Default: `RETAIN`. */
  readonly removalPolicy?: RemovalPolicy;
}

/** Longer than the year that an execution can last. Unit: days. Source: AWS Step Functions quotas. */
const RETENTION_DAYS = 400;

/** A Lambda that uploads a blob has ended, and its retries with it. Unit: days, S3's smallest. */
const UNCOMMITTED_DAYS = 1;

/** EventBridge repeats no event for longer than a day. Unit: days. */
const END_MARK_DAYS = 7;

const OLD_VERSION_DAYS = 30;

/** A private bucket: encrypted, versioned, by TLS alone; what has ended leaves it by itself. */
export const sidecarBucket = (scope: Construct, id: string, props: SidecarBucketProps): Bucket => {
  const { encryptionKey, accessLogsBucket, uploadOrigins = [], removalPolicy = RemovalPolicy.RETAIN } = props;
  return new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    ...(encryptionKey === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
    ...(accessLogsBucket !== undefined && {
      serverAccessLogsBucket: asBucket(accessLogsBucket),
      serverAccessLogsPrefix: "s3/",
    }),
    lifecycleRules: sidecarLifecycle(props),
    cors: uploadOrigins.length === 0 ? [] : [uploadRule(uploadOrigins)],
    removalPolicy,
  });
};

/** Options of {@link sidecarLifecycle}. */
export interface LifecycleOptions extends Pick<SidecarBucketProps, "retentionDays"> {
  /** Leaves alone what begins otherwise. Default: nothing is left alone. */
  readonly transactionPrefix?: string;
}

/**
 * Rules by which a bucket loses what has ended: sidecars, old versions, blobs whose step failed, uploads that nobody used,
 * marks of announced ends. For a bucket of your own.
 *
 * @example
 * ```ts
 * import { sidecarLifecycle } from "@sfs3/cdk";
 * import { Stack } from "aws-cdk-lib";
 * import { Bucket } from "aws-cdk-lib/aws-s3";
 *
 * const stack = new Stack();
 * new Bucket(stack, "Shared", { lifecycleRules: sidecarLifecycle({ retentionDays: 90 }) });
 * ```
 */
export const sidecarLifecycle = ({
  retentionDays = RETENTION_DAYS,
  transactionPrefix = "",
}: LifecycleOptions = {}): LifecycleRule[] => [
  {
    id: `${transactionPrefix}sidecars`,
    ...(transactionPrefix !== "" && { prefix: transactionPrefix }),
    expiration: Duration.days(retentionDays),
    noncurrentVersionExpiration: Duration.days(OLD_VERSION_DAYS),
    abortIncompleteMultipartUploadAfter: Duration.days(1),
  },
  {
    id: `${transactionPrefix}uncommitted-blobs`,
    ...(transactionPrefix !== "" && { prefix: transactionPrefix }),
    tagFilters: { sfs3: "uncommitted" },
    expiration: Duration.days(UNCOMMITTED_DAYS),
    noncurrentVersionExpiration: Duration.days(1),
  },
  {
    id: `${transactionPrefix}unused-uploads`,
    prefix: `uploads/${transactionPrefix}`,
    expiration: Duration.days(1),
    noncurrentVersionExpiration: Duration.days(1),
  },
  {
    id: `${transactionPrefix}announced-ends`,
    prefix: "ends/",
    expiration: Duration.days(END_MARK_DAYS),
    noncurrentVersionExpiration: Duration.days(1),
  },
];

/** What a page sends with an upload: the headers that the start API has signed. */
const uploadRule = (origins: readonly string[]) => ({
  allowedOrigins: [...origins],
  allowedMethods: [HttpMethods.PUT],
  allowedHeaders: ["content-type", "if-none-match", "x-amz-server-side-encryption*"],
  maxAge: 600,
});
