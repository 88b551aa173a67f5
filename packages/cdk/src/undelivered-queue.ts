import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";

/** Where events wait that could not be delivered. SQS keeps a message for 14 days at most. */
export const undeliveredQueue = (scope: Construct, id: string): Queue => {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledge(queue, {
    rule: "AwsSolutions-SQS3",
    reason: "It is a dead-letter queue, of a rule or a function; cdk-nag knows only those of queues.",
  });
  return queue;
};
