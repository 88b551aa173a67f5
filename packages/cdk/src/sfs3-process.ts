import { dirname } from "node:path";
import { type FlowDefinition, TRANSACTION_PREFIX_PATTERN } from "@sfs3/sdk/flow";
import { Names, RemovalPolicy } from "aws-cdk-lib";
import type { Alarm, Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { type ILogGroup, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket, IBucket } from "aws-cdk-lib/aws-s3";
import { type StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { processAlarms } from "./alarms.js";
import { processDashboard, showProcess } from "./dashboard.js";
import { DeploymentError } from "./deployment-error.js";
import { eventStream } from "./event-stream.js";
import { iotEndpoint } from "./iot-endpoint.js";
import { machine } from "./machine.js";
import { permit } from "./permission.js";
import { type ProcessApi, processApi } from "./process-api.js";
import type { Sfs3ProcessProps } from "./sfs3-process-props.js";
import { sidecarBucket } from "./sidecar-bucket.js";
import { permitSidecars } from "./sidecars.js";
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
  /** What the ids of its transactions begin with. */
  readonly transactionPrefix: string;
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
  /** `undefined` where it is shown nowhere. */
  readonly dashboard: Dashboard | undefined;
  /** Empty where it has none. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: Sfs3ProcessProps) {
    super(scope, id);
    const { flow, entry, bundling = {}, stateMachineType: type = StateMachineType.STANDARD } = props;
    this.flow = flow;
    this.transactionPrefix = checkedPrefix(flow, props.transactionPrefix);
    this.logGroup = props.logGroup ?? processLog(this, "Log");
    this.bucket = asBucket(props.bucket ?? newBucket(this, props));
    const shared = {
      flow,
      entry,
      bucket: this.bucket,
      transactionPrefix: this.transactionPrefix,
      logGroup: this.logGroup,
      iotEndpoint: props.iotEndpoint ?? iotEndpoint(this),
      bundling,
    };
    this.functions = stepFunctions(new Construct(this, "Steps"), {
      ...shared,
      defaults: props.stepDefaults ?? {},
      steps: props.steps ?? {},
    });
    this.stateMachine = machine(this, "StateMachine", {
      ...shared,
      functions: this.functions,
      starts: props.starts ?? {},
      substitutions: props.substitutions ?? {},
      type,
      name: props.stateMachineName,
    });
    const parts = { ...shared, stateMachine: this.stateMachine, folder: projectFolder(flow, entry) };
    const ends = endsOf(props, type);
    this.statusNotifier = ends.notifier && statusNotifier(this, "StatusNotifier", { ...parts, options: ends.notifier });
    this.eventStream = ends.stream && eventStream(this, "EventStream", { ...parts, ...ends.stream });
    const { api = {} } = props;
    this.api = api === false ? undefined : processApi(this, "Api", { ...parts, api });
    const { alarms = {}, dashboard } = props;
    this.dashboard = dashboard === false ? undefined : (dashboard ?? processDashboard(this, "Dashboard", this));
    if (dashboard) showProcess(dashboard, this);
    this.alarms = alarms === false ? [] : processAlarms(this, "Alarms", this, alarms);
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
    permitSidecars(grantee, this, ["s3:PutObject"]);
    permit(grantee, { actions: ["states:StartExecution"], resources: [this.stateMachine.stateMachineArn] });
    permit(grantee, {
      actions: ["states:DescribeExecution"],
      resources: [executionsOf(this, this.stateMachine)],
      wildcard: "An execution is named when it is started.",
    });
  }
}

/** The pages that call the API are those that upload what is too large for it. */
const newBucket = (scope: Construct, { api = {}, bucketProps }: Sfs3ProcessProps): Bucket =>
  sidecarBucket(scope, "Bucket", {
    uploadOrigins: (api === false ? undefined : api.corsOrigins) ?? [],
    ...bucketProps,
  });

/** It is a part of execution names and topics, and stands in policies, where a `*` would open the bucket. */
const checkedPrefix = ({ name }: FlowDefinition, prefix = ""): string => {
  if (TRANSACTION_PREFIX_PATTERN.test(prefix)) return prefix;
  throw new DeploymentError(
    `${name}: the transactionPrefix '${prefix}' must be at most 30 characters A-Z a-z 0-9 _ -.`,
  );
};

/** The handlers of the API and the notifier are found where the steps find theirs. */
const projectFolder = ({ handlers, name }: FlowDefinition, entry: StepEntry): string => {
  const [first] = Object.keys(handlers);
  if (first === undefined) throw new DeploymentError(`${name} has no step.`);
  return dirname(stepModule(entry, first));
};

/**
 * Who is told of ends, and how.
 *
 * Source: AWS Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge".
 */
const endsOf = ({ flow, statusNotifier, eventStream = false }: Sfs3ProcessProps, type: StateMachineType) => {
  if (type === StateMachineType.STANDARD) {
    if (flow.redrivable && statusNotifier === false) throw unannounced(flow);
    return {
      notifier: statusNotifier === false ? undefined : (statusNotifier ?? {}),
      stream: eventStream === false ? undefined : { given: eventStream === true ? undefined : eventStream },
    };
  }
  if (!statusNotifier && !eventStream) return { notifier: undefined, stream: undefined };
  const asked = eventStream ? "eventStream" : "statusNotifier";
  throw new DeploymentError(
    `${flow.name}: an Express machine tells EventBridge nothing of its ends. Leave out ${asked}, or make it a Standard one.`,
  );
};

const unannounced = ({ name }: FlowDefinition): DeploymentError =>
  new DeploymentError(
    `${name} is redrivable: its machine announces no failure, its status notifier does, and that is switched off. ` +
      "Leave out statusNotifier: false, or the flow's option redrivable.",
  );

/** The prefix keeps the account's policy for log deliveries short, which has a limit. Source: Amazon CloudWatch Logs User Guide. */
const processLog = (scope: Construct, id: string): LogGroup =>
  new LogGroup(scope, id, {
    logGroupName: `/aws/vendedlogs/sfs3/${Names.uniqueResourceName(scope, { maxLength: 200, separator: "-" })}`,
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
