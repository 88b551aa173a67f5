import { type IRole, Policy } from "aws-cdk-lib/aws-iam";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.js";
import { permit } from "./permission.js";
import { permitSidecars, type Sidecars } from "./sidecars.js";
import { childExecutionsOf, executionsOf } from "./started-machines.js";

/** Whether a definition has a distributed Map, generated or written by hand. */
export const hasDistributedMap = (definition: string): boolean => /"Mode":\s*"DISTRIBUTED"/.test(definition);

/**
 * The items of a distributed Map are executions of the machine itself. A policy apart from the role's own, which the
 * machine waits for: this one has to wait for the machine.
 *
 * Source: AWS Step Functions Developer Guide, "IAM policies for using Distributed Map states".
 */
export const permitDistributedMap = (scope: Construct, role: IRole, machine: StateMachine): void => {
  const policy = new Policy(scope, "DistributedMapPolicy", { roles: [role] });
  const executions = [executionsOf(scope, machine), childExecutionsOf(scope, machine)];
  permit(policy, { actions: ["states:StartExecution"], resources: [machine.stateMachineArn] });
  permit(policy, {
    actions: ["states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"],
    resources: executions,
  });
  acknowledgeWildcards(policy, executions, "A batch of items is an execution that is named when it is started.");
};

/**
 * What a generated distributed Map does with sidecars: it reads its items from a part, and writes beside the parts which
 * of them failed.
 *
 * Source: AWS Step Functions Developer Guide, "IAM policies for using Distributed Map states".
 */
export const permitItems = (role: IRole, sidecars: Sidecars): void =>
  permitSidecars(role, sidecars, [
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
  ]);
