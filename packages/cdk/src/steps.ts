import { type FlowDefinition, functionTimeouts, hasBlob } from "@sfs3/sdk/flow";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { FunctionOptions, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { type BundlingOptions, bundle } from "./bundle.js";
import { DeploymentError } from "./deployment-error.js";
import { stepSource } from "./handler-source.js";
import { topicArn } from "./iot-arn.js";
import { permit } from "./permission.js";
import { processFunction } from "./process-function.js";
import { permitBlobs, permitSidecars, type Sidecars, sidecarEnvironment } from "./sidecars.js";
import { permitStarts, type StartedMachines, startedEnvironment } from "./started-machines.js";
import { type StepEntry, stepModule } from "./step-module.js";

/** What a project sets for the function of one step. */
export interface StepFunctionOptions extends FunctionOptions {
  /**
   * Machines that the step starts by `context.startExecution`, by the name of their flow: it may start them, and finds the
   * ARN of `Downstream` as `DOWNSTREAM_STATE_MACHINE_ARN`.
   */
  readonly starts?: StartedMachines;
}

/** What the functions of the steps have in common. */
export interface StepFunctionsProps extends Sidecars {
  readonly flow: FlowDefinition;
  readonly entry: StepEntry;
  readonly logGroup: ILogGroup;
  readonly iotEndpoint: string;
  readonly bundling: BundlingOptions;
  readonly defaults: FunctionOptions;
  readonly steps: Readonly<Record<string, StepFunctionOptions>>;
}

/** Memory of a step's function where nobody says otherwise. Unit: MB. */
const MEMORY_MB = 512;

/** A function for each step of the flow, by step name. */
export const stepFunctions = (
  scope: Construct,
  props: StepFunctionsProps,
): Readonly<Record<string, LambdaFunction>> => {
  checkSteps(props);
  const timeouts = Object.entries(functionTimeouts(props.flow));
  return Object.fromEntries(
    timeouts.map(([step, timeoutSeconds]) => [step, stepFunction(scope, { ...props, step, timeoutSeconds })]),
  );
};

interface StepProps extends StepFunctionsProps {
  readonly step: string;
  readonly timeoutSeconds: number;
}

const stepFunction = (scope: Construct, props: StepProps): LambdaFunction => {
  const { step, timeoutSeconds, flow, entry, logGroup, bundling, defaults, steps } = props;
  const { starts = {}, ...own } = steps[step] ?? {};
  const lambda = processFunction(scope, step, {
    description: `${flow.name}: ${step}`,
    code: bundle(stepSource(step, stepModule(entry, step)), bundling),
    timeoutSeconds,
    memoryMb: MEMORY_MB,
    environment: { ...stepEnvironment(props), ...startedEnvironment(starts) },
    logGroup,
    options: { ...defaults, ...own, environment: { ...defaults.environment, ...own.environment } },
  });
  permitSidecars(lambda, props, ["s3:GetObject", "s3:PutObject"]);
  const schemaOut = flow.handlers[step]?.schemaOut;
  if (schemaOut !== undefined && hasBlob(schemaOut)) permitBlobs(lambda, props);
  permitMessages(lambda, { scope, flow, step });
  permitStarts(lambda, starts);
  return lambda;
};

const stepEnvironment = ({ flow, bucket, iotEndpoint }: StepProps): Record<string, string> => ({
  ...sidecarEnvironment(bucket),
  TOPIC_ROOT: flow.topicRoot,
  IOT_ENDPOINT: iotEndpoint,
  SFS3_PROCESS: flow.name,
  SFS3_METRICS: "emf",
});

interface Publishing {
  readonly scope: Construct;
  readonly flow: FlowDefinition;
  readonly step: string;
}

/** The topics of its own progress; those of a transaction's end only where the step announces it. */
const permitMessages = (grantable: IGrantable, { scope, flow: { topicRoot, handlers }, step }: Publishing): void => {
  const notify = handlers[step]?.options.notify ?? "progress";
  if (notify === "none") return;
  const topics = notify === "terminal" ? `${topicRoot}/*` : `${topicRoot}/*/${step}`;
  permit(grantable, {
    actions: ["iot:Publish"],
    resources: [topicArn(scope, topics)],
    wildcard: "A topic is named after its transaction, which begins long after the role was made.",
  });
};

const checkSteps = ({ flow, steps }: StepFunctionsProps): void => {
  const names = Object.keys(flow.handlers);
  const unknown = Object.keys(steps).find((step) => !names.includes(step));
  if (unknown === undefined) return;
  throw new DeploymentError(
    `${flow.name} has no step '${unknown}', which 'steps' sets options for. Its steps are ${names.join(", ")}.`,
  );
};
