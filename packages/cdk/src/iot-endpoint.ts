import { Stack } from "aws-cdk-lib";
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from "aws-cdk-lib/custom-resources";
import type { Construct } from "constructs";
import { acknowledge, acknowledgeWildcards } from "./acknowledge.js";

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
  acknowledgeWildcards(asked, ["*"], "DescribeEndpoint is of the whole account: there is no resource to name.");
  acknowledge(stack.node.findChild(PROVIDER), {
    rule: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    reason:
      "The function is the CDK's own, one for all custom resources of the stack; the policy lets it write its log.",
  });
  return asked.getResponseField(FIELD);
};

/** The id that the CDK gives the function behind every `AwsCustomResource` of a stack. */
const PROVIDER = `AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll("-", "")}`;
