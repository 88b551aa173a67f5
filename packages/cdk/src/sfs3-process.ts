import { dirname } from "node:path";
import type { FlowDefinition } from "@sfs3/sdk/flow";
import { RemovalPolicy } from "aws-cdk-lib";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { type ILogGroup, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { type StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { DeploymentError } from "./deployment-error.js";
import { eventStream } from "./event-stream.js";
import { iotEndpoint } from "./iot-endpoint.js";
import { machine } from "./machine.js";
import { permit } from "./permission.js";
import { type ProcessApi, processApi } from "./process-api.js";
import type { Sfs3ProcessProps } from "./sfs3-process-props.js";
import { sidecarBucket } from "./sidecar-bucket.js";
import { permitKey, permitMissing, permitObjects } from "./sidecars.js";
import { asBucket } from "./some-bucket.js";
import { executionsOf } from "./started-machines.js";
import { type StatusNotifier, statusNotifier } from "./status-notifier.js";
import { type StepEntry, stepModule } from "./step-module.js";
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

  /** `undefined` where it has none. */
  readonly api: ProcessApi | undefined;
  /** `undefined` where it has none. */
  readonly statusNotifier: StatusNotifier | undefined;
  /** Where all ends go; `undefined` where they do not. */
  readonly eventStream: IStream | undefined;

  constructor(scope: Construct, id: string, props: Sfs3ProcessProps) {
    super(scope, id);
    const { flow, entry, bundling = {}, stepDefaults = {}, steps = {}, starts = {} } = props;
    this.flow = flow;
    this.logGroup =
      props.logGroup ??
      new LogGroup(this, "Log", { retention: RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.DESTROY });
    this.bucket = asBucket(props.bucket ?? sidecarBucket(this, "Bucket", props.bucketProps ?? {}));
    const host = props.iotEndpoint ?? iotEndpoint(this);
    this.functions = stepFunctions(new Construct(this, "Steps"), {
      flow,
      entry,
      bucket: this.bucket,
      logGroup: this.logGroup,
      environment: {
        BUCKET_NAME: this.bucket.bucketName,
        TOPIC_ROOT: flow.topicRoot,
        IOT_ENDPOINT: host,
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
    const parts = { ...this, iotEndpoint: host, bundling, folder: projectFolder(flow, entry) };
    const tellsEnds = this.stateMachine.stateMachineType === StateMachineType.STANDARD;
    checkEnds(props, tellsEnds);
    const { api = {}, statusNotifier: notifier = {}, eventStream: stream = false } = props;
    this.statusNotifier =
      notifier === false || !tellsEnds
        ? undefined
        : statusNotifier(this, "StatusNotifier", { ...parts, options: notifier });
    this.api = api === false ? undefined : processApi(this, "Api", { ...parts, api, entry });
    this.eventStream =
      stream === false
        ? undefined
        : eventStream(this, "EventStream", {
            stateMachine: this.stateMachine,
            given: stream === true ? undefined : stream,
            encryptionKey: this.bucket.encryptionKey,
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

/** The handlers of the API and the notifier are found where the steps find theirs. */
const projectFolder = ({ handlers, name }: FlowDefinition, entry: StepEntry): string => {
  const [first] = Object.keys(handlers);
  if (first === undefined) throw new DeploymentError(`${name} has no step.`);
  return dirname(stepModule(entry, first));
};

/** Source: AWS Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge". */
const checkEnds = (
  { flow, statusNotifier: notifier = false, eventStream: stream = false }: Sfs3ProcessProps,
  tells: boolean,
) => {
  if (tells || (notifier === false && stream === false)) return;
  const asked = stream === false ? "statusNotifier" : "eventStream";
  throw new DeploymentError(
    `${flow.name}: an Express machine tells EventBridge nothing of its ends. Leave out ${asked}, or make it a Standard one.`,
  );
};
