import { Sfs3Process } from "@sfs3/cdk";
import { App, Stack, Validations } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { downstream, processA } from "../src/flow.js";

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const stack = new Stack(app, "ProcessA");

const accessLogsBucket = new Bucket(stack, "AccessLogs", {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
});

// ProcessA starts it on its own sidecar: both work in one bucket.
const started = new Sfs3Process(stack, "Downstream", {
  flow: downstream,
  entry: "src/downstream",
  bucketProps: { accessLogsBucket },
  api: false,
});
new Sfs3Process(stack, "ProcessA", {
  flow: processA,
  entry: "src/steps",
  bucket: started.bucket,
  steps: { "step-f": { starts: { Downstream: started } } },
  eventStream: true,
});
