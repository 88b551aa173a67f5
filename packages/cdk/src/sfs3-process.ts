import type { FlowDefinition } from "@sfs3/sdk/flow";
import { RemovalPolicy } from "aws-cdk-lib";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { type ILogGroup, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { type StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { DeploymentError } from "./deployment-error.js";
import { iotEndpoint } from "./iot-endpoint.js";
import { machine } from "./machine.js";
import { permit } from "./permission.js";
import type { Sfs3ProcessProps } from "./sfs3-process-props.js";
import { sidecarBucket } from "./sidecar-bucket.js";
import { permitKey, permitMissing, permitObjects } from "./sidecars.js";
import { asBucket } from "./some-bucket.js";
import { executionsOf } from "./started-machines.js";
import { stepFunctions } from "./steps.js";

/**
 * A flow, deployed: a private bucket for its data, a function for each step, the machine, and who may do what of it.
 *
 * @throws DeploymentError for what cannot be deployed; `FlowDefinitionError` for a flow that cannot run
 *
 * @example
 * ```ts
 * import { Sfs3Process } from "@sfs3/cdk";
 * import { App, Stack } from "aws-cdk-lib";
 * import { orders } from "../src/orders/flow.js";
 *
 * const stack = new Stack(new App(), "Orders");
 * new Sfs3Process(stack, "Process", { flow: orders, entry: "src/orders/steps" });
 * ```
 */
export class Sfs3Process extends Construct {
  readonly flow: FlowDefinition;
  /** Where the sidecars are. */
  readonly bucket: IBucket;
  /** The steps' functions, by step name. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  readonly stateMachine: StateMachine;
  /** Where all functions and the machine write: one query finds a transaction in all of them. */
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: Sfs3ProcessProps) {
    super(scope, id);
    const { flow, entry, bundling = {}, stepDefaults = {}, steps = {}, starts = {} } = props;
    this.flow = flow;
    this.logGroup =
      props.logGroup ??
      new LogGroup(this, "Log", { retention: RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.DESTROY });
    this.bucket = asBucket(props.bucket ?? sidecarBucket(this, "Bucket", props.bucketProps ?? {}));
    this.functions = stepFunctions(new Construct(this, "Steps"), {
      flow,
      entry,
      bucket: this.bucket,
      logGroup: this.logGroup,
      environment: {
        BUCKET_NAME: this.bucket.bucketName,
        TOPIC_ROOT: flow.topicRoot,
        IOT_ENDPOINT: props.iotEndpoint ?? iotEndpoint(this),
        SFS3_PROCESS: flow.name,
        SFS3_METRICS: "emf",
      },
      bundling,
      defaults: stepDefaults,
      steps,
    });
    this.stateMachine = machine(this, "StateMachine", {
      flow,
      functions: this.functions,
      starts,
      substitutions: props.substitutions ?? {},
      type: props.stateMachineType ?? StateMachineType.STANDARD,
      logGroup: this.logGroup,
      name: props.stateMachineName,
    });
  }

  /**
   * The function of a step.
   *
   * @throws DeploymentError where the flow has no such step
   */
  functionOf(step: string): LambdaFunction {
    const found = Object.hasOwn(this.functions, step) ? this.functions[step] : undefined;
    if (found !== undefined) return found;
    const names = Object.keys(this.functions).join(", ");
    throw new DeploymentError(`${this.flow.name} has no step '${step}'. Its steps are ${names}.`);
  }

  /** Lets somebody start processes without the API, by the AWS clients: write sidecars, start executions, ask for their state. */
  grantStart(grantee: IGrantable): void {
    permitObjects(grantee, { bucket: this.bucket, path: "*", actions: ["s3:PutObject"] });
    permitMissing(grantee, this.bucket);
    permitKey(grantee, this.bucket);
    permit(grantee, { actions: ["states:StartExecution"], resources: [this.stateMachine.stateMachineArn] });
    permit(grantee, {
      actions: ["states:DescribeExecution"],
      resources: [executionsOf(this, this.stateMachine)],
      wildcard: "An execution is named when it is started.",
    });
  }
}
