import { createHash } from "node:crypto";
import { type FlowDefinition, functionPlaceholder, stateMachinePlaceholder } from "@sfs3/sdk/flow";

/** JSON, with CloudFormation's intrinsic functions in it. */
export type Template = Readonly<Record<string, unknown>>;

/** Letters and digits, as CloudFormation wants them: the flow `Orders` as `Orders`, `order-intake` as `OrderIntake`. */
export const flowId = ({ name }: Pick<FlowDefinition, "name">): string =>
  stateMachinePlaceholder(name).replace(/StateMachineArn$/, "");

/**
 * A function's name has 64 characters, of which osls takes some for service and stage. Unit: characters.
 * Source: AWS Lambda API Reference, CreateFunction, `FunctionName`.
 */
const MAX_KEY_LENGTH = 40;

/** Under which osls knows the function of a step: `OrdersReserve`. What is too long ends in a hash instead. */
export function functionKey(flow: FlowDefinition, step: string): string {
  const key = `${flowId(flow)}${functionPlaceholder(step).replace(/FunctionArn$/, "")}`;
  if (key.length <= MAX_KEY_LENGTH) return key;
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return `${key.slice(0, MAX_KEY_LENGTH - hash.length)}${hash}`;
}

/** The names that the resources of a flow have in the template. */
export const logicalIds = (flow: FlowDefinition) => ({
  bucket: `${flowId(flow)}Bucket`,
  bucketPolicy: `${flowId(flow)}BucketPolicy`,
  stepRole: `${flowId(flow)}StepRole`,
  machine: `${flowId(flow)}StateMachine`,
  machineRole: `${flowId(flow)}StateMachineRole`,
  /** As osls names it. */
  function: (step: string) => `${functionKey(flow, step)}LambdaFunction`,
});

/** `${self:...}` and `${sls:...}` are osls's to fill in. */
export const machineName = (flow: FlowDefinition): string => `\${self:service}-\${sls:stage}-${flowId(flow)}`;

export const arnOf = (logicalId: string): Template => ({ "Fn::GetAtt": [logicalId, "Arn"] });

/** An ARN of this account and region. */
export const localArn = (service: string, resource: string): Template => ({
  "Fn::Sub": `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});

/** Told by its name and not by reference: two machines may start each other. */
export const machineArn = (flow: FlowDefinition): Template => localArn("states", `stateMachine:${machineName(flow)}`);
