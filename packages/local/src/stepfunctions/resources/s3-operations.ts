import type * as Sdk from "@aws-sdk/client-s3";

export interface S3Api {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.S3Client;
}

interface SendOptions {
  readonly abortSignal: AbortSignal;
}

export type FieldType = "STRING" | "INTEGER" | "BOOLEAN" | "TIMESTAMP" | "MAP";
type Input = Readonly<Record<string, unknown>>;

export interface S3Operation {
  readonly required: readonly string[];
  readonly fields: Readonly<Record<string, FieldType>>;
  /** Whether a `Body` of any JSON goes along. */
  readonly takesBody: boolean;
  readonly send: (api: S3Api, input: Input, options: SendOptions) => Promise<object>;
}

/** Step Functions takes its names from the SDK for Java, which spells some acronyms in its own way. */
export const JAVA_NAMES: Readonly<Record<string, string>> = {
  ACL: "Acl",
  SSECustomerAlgorithm: "SseCustomerAlgorithm",
  SSECustomerKey: "SseCustomerKey",
  SSECustomerKeyMD5: "SseCustomerKeyMD5",
  SSEKMSEncryptionContext: "SsekmsEncryptionContext",
  SSEKMSKeyId: "SsekmsKeyId",
};

const fields = (type: FieldType, names: string): Readonly<Record<string, FieldType>> =>
  Object.fromEntries(names.split(" ").map((name) => [name, type]));

const OBJECT = fields(
  "STRING",
  "Bucket Key VersionId ExpectedBucketOwner RequestPayer SseCustomerAlgorithm SseCustomerKey SseCustomerKeyMD5",
);

const READ = {
  ...OBJECT,
  ...fields("STRING", "ChecksumMode IfMatch IfNoneMatch Range ResponseCacheControl ResponseContentDisposition"),
  ...fields("STRING", "ResponseContentEncoding ResponseContentLanguage ResponseContentType"),
  ...fields("TIMESTAMP", "IfModifiedSince IfUnmodifiedSince ResponseExpires"),
  ...fields("INTEGER", "PartNumber"),
};

const { VersionId: _readOnly, ...WRITTEN } = OBJECT;
const WRITE = {
  ...WRITTEN,
  ...fields("STRING", "Acl CacheControl ContentDisposition ContentEncoding ContentLanguage ContentMD5 ContentType"),
  ...fields("STRING", "ChecksumAlgorithm ChecksumCRC32 ChecksumCRC32C ChecksumCRC64NVME ChecksumSHA1 ChecksumSHA256"),
  ...fields("STRING", "GrantFullControl GrantRead GrantReadACP GrantWriteACP IfMatch IfNoneMatch"),
  ...fields("STRING", "ObjectLockLegalHoldStatus ObjectLockMode ServerSideEncryption SsekmsEncryptionContext"),
  ...fields("STRING", "SsekmsKeyId StorageClass Tagging WebsiteRedirectLocation"),
  ...fields("BOOLEAN", "BucketKeyEnabled"),
  ...fields("TIMESTAMP", "Expires ObjectLockRetainUntilDate"),
  ...fields("MAP", "Metadata"),
};

const LIST = {
  ...fields("STRING", "Bucket ContinuationToken Delimiter EncodingType ExpectedBucketOwner Prefix RequestPayer"),
  ...fields("STRING", "StartAfter"),
  ...fields("INTEGER", "MaxKeys"),
  ...fields("BOOLEAN", "FetchOwner"),
};

/** Source: Amazon S3 API Reference; the SDK integration takes each operation's request as it is. */
export const S3_OPERATIONS: Readonly<Record<string, S3Operation>> = {
  getObject: {
    required: ["Bucket", "Key"],
    fields: READ,
    takesBody: false,
    send: ({ sdk, client }, input, options) =>
      client.send(new sdk.GetObjectCommand(input as unknown as Sdk.GetObjectCommandInput), options),
  },
  headObject: {
    required: ["Bucket", "Key"],
    fields: READ,
    takesBody: false,
    send: ({ sdk, client }, input, options) =>
      client.send(new sdk.HeadObjectCommand(input as unknown as Sdk.HeadObjectCommandInput), options),
  },
  listObjectsV2: {
    required: ["Bucket"],
    fields: LIST,
    takesBody: false,
    send: ({ sdk, client }, input, options) =>
      client.send(new sdk.ListObjectsV2Command(input as unknown as Sdk.ListObjectsV2CommandInput), options),
  },
  putObject: {
    required: ["Bucket", "Key"],
    fields: WRITE,
    takesBody: true,
    send: ({ sdk, client }, input, options) =>
      client.send(new sdk.PutObjectCommand(input as unknown as Sdk.PutObjectCommandInput), options),
  },
};
