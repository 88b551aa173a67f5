import { everyState, type FlowDefinition, hasBlob } from "@sfs3/sdk/flow";
import { blobsOf, objectsOf } from "./bucket.js";
import { arnOf, functionKey, localArn, logicalIds, machineArn, machineName, type Template } from "./names.js";

/** Flows that a flow starts. */
export interface Started {
  /** By `startExecution` of its steps. */
  readonly bySteps: readonly FlowDefinition[];
  readonly byStates: readonly FlowDefinition[];
  /** Those of its states that wait for the end. */
  readonly waitedFor: readonly FlowDefinition[];
}

/** A role of the steps and a role of the machine: each may do what its flow needs, on what is its flow's. */
export const roleResources = (flow: FlowDefinition, { bySteps, byStates, waitedFor }: Started): Template => ({
  [logicalIds(flow).stepRole]: role("lambda.amazonaws.com", [...stepStatements(flow), ...startStatements(bySteps)]),
  [logicalIds(flow).machineRole]: role("states.amazonaws.com", [
    ...machineStatements(flow),
    ...distributedMapStatements(flow),
    ...startStatements(byStates),
    ...waitStatements(waitedFor),
  ]),
});

const role = (service: string, statements: readonly Template[]): Template => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    },
    Policies: [{ PolicyName: "process", PolicyDocument: { Version: "2012-10-17", Statement: statements } }],
  },
});

const allow = (actions: readonly string[], resources: readonly (Template | string)[]): Template => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources,
});

const publish = ({ topicRoot }: FlowDefinition): Template =>
  allow(["iot:Publish"], [localArn("iot", `topic/${topicRoot}/*`)]);

const writesBlobs = ({ handlers }: FlowDefinition): boolean =>
  Object.values(handlers).some(({ schemaOut }) => hasBlob(schemaOut));

function stepStatements(flow: FlowDefinition): readonly Template[] {
  const { bucket } = logicalIds(flow);
  const logGroups = Object.keys(flow.handlers).map((step) =>
    localArn("logs", `log-group:/aws/lambda/\${self:service}-\${sls:stage}-${functionKey(flow, step)}:*`),
  );
  return [
    allow(["s3:GetObject", "s3:PutObject"], [objectsOf(bucket)]),
    ...(writesBlobs(flow) ? [allow(["s3:PutObjectTagging", "s3:AbortMultipartUpload"], [blobsOf(bucket)])] : []),
    // Without it S3 answers 403 for a sidecar that is not there (yet), which a step could not tell from a refusal.
    allow(["s3:ListBucket"], [arnOf(bucket)]),
    publish(flow),
    // Knows no resources. Source: Service Authorization Reference, "Actions defined by AWS IoT".
    allow(["iot:DescribeEndpoint"], ["*"]),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], logGroups),
  ];
}

function machineStatements(flow: FlowDefinition): readonly Template[] {
  const { function: functionId } = logicalIds(flow);
  const functions = Object.keys(flow.handlers).map((step) => arnOf(functionId(step)));
  return [allow(["lambda:InvokeFunction"], functions), publish(flow)];
}

/** Whether a map of the flow is distributed: its machine reads items from the bucket, and starts executions of itself. */
export const hasDistributedMap = ({ states }: FlowDefinition): boolean =>
  [...everyState(states)].some((state) => state.kind === "map" && state.distributed !== undefined);

/** Source: AWS Step Functions Developer Guide, "IAM policies for using Distributed Map states". */
function distributedMapStatements(flow: FlowDefinition): readonly Template[] {
  if (!hasDistributedMap(flow)) return [];
  const { bucket } = logicalIds(flow);
  const executions = [":*", "/*"].map((end) => localArn("states", `execution:${machineName(flow)}${end}`));
  return [
    allow(["states:StartExecution"], [machineArn(flow)]),
    allow(["states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"], executions),
    allow(
      ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
      [objectsOf(bucket)],
    ),
  ];
}

const startStatements = (flows: readonly FlowDefinition[]): readonly Template[] =>
  flows.length === 0 ? [] : [allow(["states:StartExecution"], flows.map(machineArn))];

/**
 * A state that waits for the started execution follows it by a rule that Step Functions manages.
 * Source: AWS Step Functions Developer Guide, "IAM policies for starting Step Functions workflows".
 */
function waitStatements(flows: readonly FlowDefinition[]): readonly Template[] {
  if (flows.length === 0) return [];
  const executions = flows.map((flow) => localArn("states", `execution:${machineName(flow)}:*`));
  const rule = localArn("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule");
  return [
    allow(["states:DescribeExecution", "states:StopExecution"], executions),
    allow(["events:PutTargets", "events:PutRule", "events:DescribeRule"], [rule]),
  ];
}
