import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** ARN of something of IoT's in the stack's account and region. */
export const iotArn = (scope: Construct, resource: string): string =>
  Stack.of(scope).formatArn({ service: "iot", resource });

/**
 * A `*` of a policy matches any text, slashes too.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policy resources".
 */
export const topicArn = (scope: Construct, topic: string): string => iotArn(scope, `topic/${topic}`);
