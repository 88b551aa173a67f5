import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { forbid, permit } from "./permission.js";

/** Where the API keeps inputs until they are sidecars, and the notifier the ends that it has announced. */
export const UPLOADS = "uploads/*";
export const END_MARKS = "ends/*";

const WHY_OBJECTS = "An object is named after its transaction, which begins long after the role was made.";

/** May read and write the objects of a path, and nothing else of the bucket. */
export const permitObjects = (
  grantable: IGrantable,
  { bucket, path, actions }: { readonly bucket: IBucket; readonly path: string; readonly actions: readonly string[] },
): void => {
  permit(grantable, { actions, resources: [bucket.arnForObjects(path)], wildcard: WHY_OBJECTS });
};

/** Without it S3 says of a missing object that access is denied. Source: Amazon S3 API Reference, GetObject, "Permissions". */
export const permitMissing = (grantable: IGrantable, bucket: IBucket): void =>
  permit(grantable, { actions: ["s3:ListBucket"], resources: [bucket.bucketArn] });

/** May read and replace sidecars. */
export const permitSidecars = (grantable: IGrantable, bucket: IBucket): void => {
  permitObjects(grantable, { bucket, path: "*", actions: ["s3:GetObject", "s3:PutObject"] });
  forbid(grantable, { actions: ["s3:*"], resources: [bucket.arnForObjects(UPLOADS), bucket.arnForObjects(END_MARKS)] });
  permitMissing(grantable, bucket);
  permitKey(grantable, bucket);
};

/** The bucket's key, where it has one. */
export const permitKey = (grantable: IGrantable, { encryptionKey }: IBucket): void => {
  if (encryptionKey === undefined) return;
  permit(grantable, { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [encryptionKey.keyArn] });
};
