import { type IGrantable, Role } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { iotArn, topicArn } from "./iot-arn.js";
import { permit } from "./permission.js";

const WHY_CLIENT = "Each session gets a client id of its own; the session's policy names it.";
const WHY_TOPIC = "Below the process's topics; the session's policy names the one subtopic of its caller.";

/**
 * The role whose credentials the API gives out, each time narrowed to one client id and one subtopic. It can listen to the
 * topics of the process, and nothing else; only the API's function can assume it.
 */
export const listenerRole = (
  scope: Construct,
  id: string,
  { topicRoot, givenOutBy }: { readonly topicRoot: string; readonly givenOutBy: IGrantable },
): Role => {
  const role = new Role(scope, id, { assumedBy: givenOutBy.grantPrincipal });
  permit(role, { actions: ["iot:Connect"], resources: [iotArn(scope, "client/sfs3-*")], wildcard: WHY_CLIENT });
  permit(role, {
    actions: ["iot:Subscribe"],
    resources: [iotArn(scope, `topicfilter/${topicRoot}/*`)],
    wildcard: WHY_TOPIC,
  });
  permit(role, { actions: ["iot:Receive"], resources: [topicArn(scope, `${topicRoot}/*`)], wildcard: WHY_TOPIC });
  permit(givenOutBy, { actions: ["sts:AssumeRole"], resources: [role.roleArn] });
  return role;
};
