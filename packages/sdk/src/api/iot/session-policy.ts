/** What temporary credentials are narrowed to. */
export interface Narrowing {
  /** Partition and account of the role: where its session may do something. */
  readonly roleArn: string;
  readonly region: string;
  readonly clientId: string;
  /** `<topicRoot>/<subtopic>`. */
  readonly topicPrefix: string;
}

/** One client id, one topic filter, and what it matches: a wildcard of MQTT is plain text in a policy. */
export const topicFilter = (topicPrefix: string): string => `${topicPrefix}/#`;

/**
 * The session policy: of what the role allows, the session may do this. No publishing.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policy actions" and "Action resources"; at most 2,048 characters by
 * AWS STS API Reference, "AssumeRole".
 */
export const sessionPolicy = ({ roleArn, region, clientId, topicPrefix }: Narrowing): string => {
  const [arn, partition, , , account] = roleArn.split(":");
  const resource = (path: string) => [arn, partition, "iot", region, account, path].join(":");
  const allow = (Action: string, path: string) => ({ Effect: "Allow", Action, Resource: resource(path) });
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      allow("iot:Connect", `client/${clientId}`),
      allow("iot:Subscribe", `topicfilter/${topicFilter(topicPrefix)}`),
      allow("iot:Receive", `topic/${topicPrefix}/*`),
    ],
  });
};
