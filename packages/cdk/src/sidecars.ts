import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { forbid, permit } from "./permission.js";

/** A bucket, and what the names of a process's transactions begin with in it. */
export interface Sidecars {
  readonly bucket: IBucket;
  readonly transactionPrefix: string;
}

/** Where the API keeps inputs until they are sidecars, and the notifier the ends that it has announced. */
const UPLOADS = "uploads/";
const END_MARKS = "ends/";

const WHY_OBJECTS = "An object is named after its transaction, which begins long after the role was made.";

/** May do this to the objects of a path, and nothing to the others of the bucket. */
const permitObjects = (
  grantable: IGrantable,
  { bucket, path, actions }: { readonly bucket: IBucket; readonly path: string; readonly actions: readonly string[] },
): void => {
  permit(grantable, { actions, resources: [bucket.arnForObjects(path)], wildcard: WHY_OBJECTS });
  permitMissing(grantable, bucket);
  permitKey(grantable, bucket);
};

/** May do this to sidecars, which lie at the bucket's root, and nothing to what lies beside them. */
export const permitSidecars = (grantable: IGrantable, sidecars: Sidecars, actions: readonly string[]): void => {
  const { bucket, transactionPrefix } = sidecars;
  permitObjects(grantable, { bucket, path: `${transactionPrefix}*`, actions });
  forbid(grantable, {
    actions: ["s3:*"],
    resources: [UPLOADS, END_MARKS].map((folder) => bucket.arnForObjects(`${folder}*`)),
  });
};

/**
 * May send blobs beside sidecars: mark them as uncommitted, then as committed, and take back the parts of an upload that
 * failed.
 */
export const permitBlobs = (grantable: IGrantable, { bucket, transactionPrefix }: Sidecars): void =>
  permit(grantable, {
    actions: ["s3:PutObjectTagging", "s3:AbortMultipartUpload"],
    resources: [bucket.arnForObjects(`${transactionPrefix}*/blobs/*`)],
    wildcard: WHY_OBJECTS,
  });

/** May make sidecars, of what was uploaded for them too. */
export const permitStart = (grantable: IGrantable, { bucket, transactionPrefix }: Sidecars): void => {
  const uploads = `${UPLOADS}${transactionPrefix}*`;
  permitObjects(grantable, { bucket, path: `${transactionPrefix}*`, actions: ["s3:GetObject", "s3:PutObject"] });
  permitObjects(grantable, { bucket, path: uploads, actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"] });
  forbid(grantable, { actions: ["s3:*"], resources: [bucket.arnForObjects(`${END_MARKS}*`)] });
};

/** May note which ends of a machine's executions were announced. */
export const permitEndMarks = (grantable: IGrantable, bucket: IBucket, { stateMachineName }: StateMachine): void =>
  permitObjects(grantable, {
    bucket,
    path: `${END_MARKS}${stateMachineName}/*`,
    actions: ["s3:GetObject", "s3:PutObject"],
  });

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
