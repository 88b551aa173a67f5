import type { FlowDefinition } from "@sfs3/sdk/flow";
import { arnOf, logicalIds, type Template } from "./names.js";

/** How long versions that were overwritten are kept. Unit: days. */
const NONCURRENT_DAYS = 30;

/** The bucket of a flow's sidecars: private, encrypted, versioned, by TLS only, and kept when the service is removed. */
export function bucketResources(flow: FlowDefinition): Template {
  const { bucket, bucketPolicy } = logicalIds(flow);
  return {
    [bucket]: {
      Type: "AWS::S3::Bucket",
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
        LifecycleConfiguration: {
          Rules: [
            {
              Status: "Enabled",
              NoncurrentVersionExpiration: { NoncurrentDays: NONCURRENT_DAYS },
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            },
            UNCOMMITTED_BLOBS,
          ],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: "Enabled" },
      },
    },
    [bucketPolicy]: {
      Type: "AWS::S3::BucketPolicy",
      Properties: {
        Bucket: { Ref: bucket },
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [arnOf(bucket), objectsOf(bucket)],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        },
      },
    },
  };
}

/** Blobs whose step failed, or was done over by another attempt. */
const UNCOMMITTED_BLOBS: Template = {
  Status: "Enabled",
  TagFilters: [{ Key: "sfs3", Value: "uncommitted" }],
  ExpirationInDays: 1,
  NoncurrentVersionExpiration: { NoncurrentDays: 1 },
};

export const blobsOf = (bucket: string): Template => ({ "Fn::Sub": `\${${bucket}.Arn}/*/blobs/*` });

export const objectsOf = (bucket: string): Template => ({ "Fn::Sub": `\${${bucket}.Arn}/*` });
