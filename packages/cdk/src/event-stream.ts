import { KinesisStream } from "aws-cdk-lib/aws-events-targets";
import { type IStream, Stream, StreamEncryption, StreamMode } from "aws-cdk-lib/aws-kinesis";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { endsRule } from "./ends.js";
import { undeliveredQueue } from "./undelivered-queue.js";

/** A stream for whoever needs all ends and not one: no function between EventBridge and Kinesis. */
export const eventStream = (scope: Construct, id: string, props: EventStreamProps): IStream => {
  const own = new Construct(scope, id);
  const { given, bucket, stateMachine } = props;
  const stream = given ?? newStream(own, bucket.encryptionKey);
  endsRule(own, "Rule", stateMachine).addTarget(
    new KinesisStream(stream, {
      // Ends of one execution, of which a redrive makes several, stay in their order.
      partitionKeyPath: "$.detail.executionArn",
      deadLetterQueue: undeliveredQueue(own, "Undelivered"),
    }),
  );
  return stream;
};

interface EventStreamProps {
  /** The project's own. */
  readonly given: IStream | undefined;
  /** A new stream is encrypted with the same key. */
  readonly bucket: IBucket;
  readonly stateMachine: IStateMachine;
}

const newStream = (scope: Construct, encryptionKey: IKey | undefined): IStream =>
  new Stream(scope, "Stream", {
    streamMode: StreamMode.ON_DEMAND,
    ...(encryptionKey === undefined
      ? { encryption: StreamEncryption.MANAGED }
      : { encryption: StreamEncryption.KMS, encryptionKey }),
  });
