import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { forbid, permit } from "./permission.js";

/** Where the API keeps inputs until they are sidecars, and the notifier the ends that it has announced. */
export const UPLOADS = "uploads/*";
export const END_MARKS = "ends/*";

const WHY_OBJECTS = "An object is named after its transaction, which begins long after the role was made.";

/** May do this to the objects of a path, and nothing to the others of the bucket. */
export const permitObjects = (
  grantable: IGrantable,
  { bucket, path, actions }: { readonly bucket: IBucket; readonly path: string; readonly actions: readonly string[] },
): void => {
  permit(grantable, { actions, resources: [bucket.arnForObjects(path)], wildcard: WHY_OBJECTS });
  permitMissing(grantable, bucket);
  permitKey(grantable, bucket);
};

/** May do this to sidecars, which lie at the bucket's root, and nothing to what lies beside them. */
export const permitSidecars = (grantable: IGrantable, bucket: IBucket, actions: readonly string[]): void => {
  permitObjects(grantable, { bucket, path: "*", actions });
  forbid(grantable, { actions: ["s3:*"], resources: [bucket.arnForObjects(UPLOADS), bucket.arnForObjects(END_MARKS)] });
};

/** Without it S3 says of a missing object that access is denied. Source: Amazon S3 API Reference, GetObject, "Permissions". */
const permitMissing = (grantable: IGrantable, bucket: IBucket): void =>
  permit(grantable, { actions: ["s3:ListBucket"], resources: [bucket.bucketArn] });

/** The bucket's key, where it has one. */
const permitKey = (grantable: IGrantable, { encryptionKey }: IBucket): void => {
  if (encryptionKey === undefined) return;
  permit(grantable, { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [encryptionKey.keyArn] });
};

/** How a function finds the sidecars, and what it encrypts them with: it says so with each write. */
export const sidecarEnvironment = ({ bucketName, encryptionKey }: IBucket): Record<string, string> => ({
  BUCKET_NAME: bucketName,
  ...(encryptionKey !== undefined && { SFS3_KMS_KEY_ID: encryptionKey.keyArn }),
});
