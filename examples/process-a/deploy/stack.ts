import { fileURLToPath } from "node:url";
import { Sfs3Process } from "@sfs3/cdk";
import { type App, Stack } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { downstream, processA } from "../src/flow.js";

const source = (folder: string): string => fileURLToPath(new URL(`../src/${folder}`, import.meta.url));

/** ProcessA, and Downstream, which its last step starts on the same sidecar: both work in one bucket. */
export function processAStack(app: App): Stack {
  const stack = new Stack(app, "ProcessA");
  const accessLogsBucket = new Bucket(stack, "AccessLogs", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
  });
  const started = new Sfs3Process(stack, "Downstream", {
    flow: downstream,
    entry: source("downstream"),
    bucketProps: { accessLogsBucket },
    api: false,
  });
  new Sfs3Process(stack, "ProcessA", {
    flow: processA,
    entry: source("steps"),
    bucket: started.bucket,
    steps: { "step-f": { starts: { Downstream: started } } },
    eventStream: true,
  });
  return stack;
}
