import { Duration } from "aws-cdk-lib";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import type { FunctionOptions, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { bundle } from "./bundle.js";
import { endsRule } from "./ends.js";
import { notifierSource } from "./handler-source.js";
import { topicArn } from "./iot-arn.js";
import { permit } from "./permission.js";
import { processFunction } from "./process-function.js";
import type { ProcessParts } from "./process-parts.js";
import { permitEndMarks, sidecarEnvironment } from "./sidecars.js";
import { executionsOf } from "./started-machines.js";
import { undeliveredQueue } from "./undelivered-queue.js";

/** Announces the ends that the machine cannot: the function behind the rule of EventBridge. */
export interface StatusNotifier {
  readonly function: LambdaFunction;
  /** Events of ends that were not announced, whatever was tried. */
  readonly undelivered: Queue;
}

/** Above the five minutes that docs/notifications.md asks for. Unit: hours. */
const MAX_EVENT_AGE_HOURS = 2;

export const statusNotifier = (scope: Construct, id: string, props: NotifierProps): StatusNotifier => {
  const own = new Construct(scope, id);
  const { flow, bucket, stateMachine, logGroup, iotEndpoint, bundling, folder, options } = props;
  const undelivered = undeliveredQueue(own, "Undelivered");
  const lambda = processFunction(own, "Function", {
    description: `${flow.name}: announces the ends that its machine cannot`,
    code: bundle(notifierSource(folder), bundling),
    timeoutSeconds: 30,
    memoryMb: 256,
    environment: {
      ...sidecarEnvironment(bucket),
      STATE_MACHINE_ARN: stateMachine.stateMachineArn,
      TOPIC_ROOT: flow.topicRoot,
      IOT_ENDPOINT: iotEndpoint,
    },
    logGroup,
    options: {
      retryAttempts: 2,
      maxEventAge: Duration.hours(MAX_EVENT_AGE_HOURS),
      onFailure: new SqsDestination(undelivered),
      ...options,
    },
  });
  permitNotifying(own, lambda, props);
  endsRule(own, "Rule", stateMachine).addTarget(new FunctionTarget(lambda, { deadLetterQueue: undelivered }));
  return { function: lambda, undelivered };
};

interface NotifierProps extends ProcessParts {
  readonly options: FunctionOptions;
}

const permitNotifying = (
  scope: Construct,
  lambda: LambdaFunction,
  { flow, bucket, stateMachine }: ProcessParts,
): void => {
  permit(lambda, {
    actions: ["states:DescribeExecution", "states:GetExecutionHistory"],
    resources: [executionsOf(scope, stateMachine)],
    wildcard: "An execution is named when it is started.",
  });
  permit(lambda, {
    actions: ["iot:Publish"],
    resources: [topicArn(scope, `${flow.topicRoot}/*`)],
    wildcard: "A topic is named after its transaction, which begins long after the role was made.",
  });
  permitEndMarks(lambda, bucket, stateMachine);
};
