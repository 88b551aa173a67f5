import { Duration } from "aws-cdk-lib";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type Code,
  type FunctionOptions,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { acknowledge, acknowledgeWildcards } from "./acknowledge.js";
import { DeploymentError } from "./deployment-error.js";

/** What a function of a process is made of. */
export interface ProcessFunction {
  readonly description: string;
  readonly code: Code;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: ILogGroup;
  /** What the project sets for it. */
  readonly options: FunctionOptions;
}

/** A function with a role of its own, which may write its log and its traces, and nothing else until it is permitted. */
export const processFunction = (scope: Construct, id: string, made: ProcessFunction): LambdaFunction => {
  const { description, code, timeoutSeconds, memoryMb, environment, logGroup, options } = made;
  const lambda = new LambdaFunction(scope, id, {
    description,
    memorySize: memoryMb,
    timeout: Duration.seconds(timeoutSeconds),
    logGroup,
    tracing: Tracing.ACTIVE,
    role: options.role ?? functionRole(scope, `${id}Role`, options),
    ...options,
    environment: merged(scope, id, options.environment ?? {}, environment),
    code,
    handler: "index.handler",
    runtime: Runtime.NODEJS_22_X,
    architecture: options.architecture ?? Architecture.ARM_64,
  });
  acknowledge(lambda, { rule: "AwsSolutions-L1", reason: "Node.js 22 is a long-term release that Lambda supports." });
  if (options.role === undefined && lambda.role !== undefined) {
    logGroup.grantWrite(lambda.role);
    acknowledgeWildcards(lambda.role, ["*"], "X-Ray's traces are no resources: there is nothing to name.");
  }
  return lambda;
};

/** Without Lambda's managed policy, which opens the logs of every function. */
const functionRole = (scope: Construct, id: string, { vpc }: FunctionOptions): Role => {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  if (vpc === undefined) return role;
  role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName("service-role/AWSLambdaVPCAccessExecutionRole"));
  acknowledge(role, {
    rule: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole]",
    reason: "Lambda's own policy for functions in a VPC: network interfaces have no names before they are made.",
  });
  return role;
};

const merged = (
  scope: Construct,
  id: string,
  given: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> => {
  const taken = Object.keys(own).find((name) => name in given && name !== "NODE_OPTIONS");
  if (taken === undefined) return { NODE_OPTIONS: "--enable-source-maps", ...given, ...own };
  throw new DeploymentError(
    `${scope.node.path}/${id}: the environment variable ${taken} is set by the process itself. Leave it out.`,
  );
};
