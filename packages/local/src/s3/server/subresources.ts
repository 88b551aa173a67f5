/**
 * Query parameters that turn a request into another operation, and what that operation is about. Those that no route
 * serves are refused by name: answered as if absent, `PUT /key?tagging` would overwrite the object.
 *
 * Source: Amazon S3 API Reference, "Actions".
 */
const SUBRESOURCES = {
  bucket: {
    abac: "BucketAbac",
    accelerate: "BucketAccelerateConfiguration",
    acl: "BucketAcl",
    analytics: "BucketAnalyticsConfiguration",
    cors: "BucketCors",
    encryption: "BucketEncryption",
    "intelligent-tiering": "BucketIntelligentTieringConfiguration",
    inventory: "BucketInventoryConfiguration",
    lifecycle: "BucketLifecycleConfiguration",
    logging: "BucketLogging",
    metadataConfiguration: "BucketMetadataConfiguration",
    metadataTable: "BucketMetadataTableConfiguration",
    metrics: "BucketMetricsConfiguration",
    notification: "BucketNotificationConfiguration",
    "object-lock": "ObjectLockConfiguration",
    ownershipControls: "BucketOwnershipControls",
    policy: "BucketPolicy",
    policyStatus: "BucketPolicyStatus",
    publicAccessBlock: "PublicAccessBlock",
    replication: "BucketReplication",
    requestPayment: "BucketRequestPayment",
    session: "Session",
    tagging: "BucketTagging",
    uploads: "MultipartUploads",
    versioning: "BucketVersioning",
    versions: "ObjectVersions",
    website: "BucketWebsite",
  },
  object: {
    acl: "ObjectAcl",
    attributes: "ObjectAttributes",
    "legal-hold": "ObjectLegalHold",
    renameObject: "RenameObject",
    restore: "RestoreObject",
    retention: "ObjectRetention",
    select: "SelectObjectContent",
    tagging: "ObjectTagging",
    torrent: "ObjectTorrent",
    uploadId: "MultipartUpload",
    uploads: "MultipartUpload",
  },
} as const satisfies Record<"bucket" | "object", Record<string, string>>;

// Where the name is not simply method and subresource.
const ACTIONS: Readonly<Record<string, string>> = {
  "GET MultipartUploads": "ListMultipartUploads",
  "GET ObjectVersions": "ListObjectVersions",
  "GET Session": "CreateSession",
  "GET MultipartUpload": "ListParts",
  "DELETE MultipartUpload": "AbortMultipartUpload",
  "PUT MultipartUpload": "UploadPart",
  "PUT RenameObject": "RenameObject",
  "POST RestoreObject": "RestoreObject",
  "POST SelectObjectContent": "SelectObjectContent",
};

function multipartAction(method: string, parameter: string): string | undefined {
  if (method !== "POST") return undefined;
  return { uploads: "CreateMultipartUpload", uploadId: "CompleteMultipartUpload" }[parameter];
}

/** The name of the operation that a subresource in the query asks for; `undefined` where there is none. */
export function subresourceAction(on: "bucket" | "object", method: string, query: URLSearchParams): string | undefined {
  const found = Object.entries(SUBRESOURCES[on]).find(([parameter]) => query.has(parameter));
  if (found === undefined) return undefined;
  const [parameter, noun] = found;
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  return multipartAction(method, parameter) ?? ACTIONS[`${method} ${noun}`] ?? `${verb}${noun}`;
}
