import { Stack } from "aws-cdk-lib";
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from "aws-cdk-lib/custom-resources";
import type { Construct } from "constructs";

const ID = "Sfs3IotEndpoint";
const FIELD = "endpointAddress";

/**
 * The host of the account's IoT endpoint, asked for once while the stack is deployed: each new container of each step
 * would have to ask otherwise, and IoT answers few such questions a second.
 *
 * Source: AWS IoT API Reference, DescribeEndpoint; AWS IoT Core quotas, DescribeEndpoint.
 */
export const iotEndpoint = (scope: Construct): string => {
  const stack = Stack.of(scope);
  const known = stack.node.tryFindChild(ID);
  if (known instanceof AwsCustomResource) return known.getResponseField(FIELD);
  const call = {
    service: "Iot",
    action: "describeEndpoint",
    parameters: { endpointType: "iot:Data-ATS" },
    physicalResourceId: PhysicalResourceId.of(ID),
    outputPaths: [FIELD],
  };
  const asked = new AwsCustomResource(stack, ID, {
    resourceType: "Custom::Sfs3IotEndpoint",
    onUpdate: call,
    policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE }),
    installLatestAwsSdk: false,
  });
  return asked.getResponseField(FIELD);
};
