import {
  type FlowDefinition,
  functionPlaceholder,
  renderAsl,
  stateMachinePlaceholder,
  stateMachineVariable,
  substitute,
} from "@sfs3/sdk/flow";
import type { LocalStack } from "./stack.js";

/** A flow and where Lambda workers find its handlers. */
export interface DeployableFlow {
  readonly flow: FlowDefinition;
  /** The name under which its module exports it. */
  readonly exportName: string;
}

export interface DeployOptions {
  /** Absolute path of the module that exports the flows. */
  readonly module: string;
  /** Flows that may start each other are deployed together. */
  readonly flows: readonly DeployableFlow[];
  /** The bucket of the sidecars; made if there is none. Default: `sfs3`. */
  readonly bucket?: string;
  /** More environment for every function. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What was deployed. */
export interface Deployment {
  readonly bucket: string;
  /** ARNs of the machines, by flow name. */
  readonly stateMachineArns: Readonly<Record<string, string>>;
}

/** Lambda's default; a step without a timeout of its own has it. Unit: seconds. */
const DEFAULT_TIMEOUT_SECONDS = 60;

/**
 * Deploys flows as a deployment to AWS does: a function a step, the generated definitions with ARNs in place of the
 * placeholders, a bucket. Every function gets `BUCKET_NAME`, its flow's `TOPIC_ROOT`, and the ARN of every machine as
 * `<FLOW>_STATE_MACHINE_ARN`.
 *
 * @throws `FlowDefinitionError` for a flow that cannot run, `InvalidDefinition` for one that uses what this engine lacks
 */
export async function deployFlows(stack: LocalStack, options: DeployOptions): Promise<Deployment> {
  const { bucket = "sfs3", flows } = options;
  await stack.s3.createBucket(bucket);
  const stateMachineArns = Object.fromEntries(flows.map(({ flow }) => [flow.name, stack.stateMachineArn(flow.name)]));
  for (const deployable of flows) await deployFlow(stack, deployable, { ...options, bucket }, stateMachineArns);
  return { bucket, stateMachineArns };
}

async function deployFlow(
  stack: LocalStack,
  { flow, exportName }: DeployableFlow,
  { module, bucket, environment = {} }: DeployOptions & { readonly bucket: string },
  stateMachineArns: Readonly<Record<string, string>>,
): Promise<void> {
  const arns = Object.entries(stateMachineArns);
  const values: Record<string, string> = Object.fromEntries(
    arns.map(([name, arn]) => [stateMachinePlaceholder(name), arn]),
  );
  for (const [step, { options }] of Object.entries(flow.handlers)) {
    values[functionPlaceholder(step)] = stack.lambda.createFunction({
      name: `${flow.name}-${step}`,
      handler: { module, path: [exportName, "handlers", step] },
      timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      environment: {
        BUCKET_NAME: bucket,
        TOPIC_ROOT: flow.topicRoot,
        ...Object.fromEntries(arns.map(([name, arn]) => [stateMachineVariable(name), arn])),
        ...environment,
      },
    });
  }
  await stack.stepFunctions.createStateMachine({
    name: flow.name,
    definition: substitute(renderAsl(flow), values),
    roleArn: stack.roleArn,
  });
}
