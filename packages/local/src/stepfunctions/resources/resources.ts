import type { ResolveTask, TaskResource, TaskRunner } from "../../asl/index.js";
import type { Activities } from "../activities.js";
import type { IotPort, LambdaPort, S3Port } from "../ports.js";
import type { TaskTokens } from "../task-tokens.js";
import { ACTIVITY_ARN, activityResource } from "./activity.js";
import { iotPublish } from "./iot-publish.js";
import { lambdaFunction, lambdaInvoke } from "./lambda.js";
import { s3Integrations } from "./s3.js";
import { type ExecutionStarter, startExecution, startExecutionSync } from "./start-execution.js";

export interface ResourcePorts {
  readonly lambda: LambdaPort;
  readonly iot: IotPort;
  readonly s3: S3Port | undefined;
  readonly executions: ExecutionStarter;
  readonly tokens: TaskTokens;
  readonly activities: Activities;
}

const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$/;
const INTEGRATION = /^arn:aws[a-z-]*:states:::(?<resourceType>.+?):(?<resource>[A-Za-z][A-Za-z0-9]*(\.\w+(:\d+)?)?)$/;

/** Every resource that a Task may name. */
export function createResources(ports: ResourcePorts): ResolveTask {
  const { lambda, iot, s3, executions, tokens, activities } = ports;
  const { awaiting } = tokens;
  const integrations: Readonly<Record<string, TaskRunner>> = {
    "lambda:invoke": lambdaInvoke(lambda),
    "lambda:invoke.waitForTaskToken": awaiting(lambdaInvoke(lambda)),
    "states:startExecution": startExecution(executions),
    "states:startExecution.sync": startExecutionSync(executions, false),
    "states:startExecution.sync:2": startExecutionSync(executions, true),
    "states:startExecution.waitForTaskToken": awaiting(startExecution(executions)),
    "aws-sdk:iotdataplane:publish": iotPublish(iot),
    "aws-sdk:iotdataplane:publish.waitForTaskToken": awaiting(iotPublish(iot)),
    ...(s3 && s3Integrations(s3)),
  };
  return (arn) => {
    if (FUNCTION_ARN.test(arn)) return functionResource(arn, lambdaFunction(lambda, arn));
    if (ACTIVITY_ARN.test(arn)) return activityResource(arn, activities, tokens);
    const { resourceType, resource } = INTEGRATION.exec(arn)?.groups ?? {};
    if (resourceType === undefined || resource === undefined) return undefined;
    const name = `${resourceType}:${resource}`;
    const run = Object.hasOwn(integrations, name) ? integrations[name] : undefined;
    if (run === undefined) return undefined;
    const waitsForTaskToken = resource.endsWith(".waitForTaskToken");
    return { resourceType, resource, events: "Task", waitsForTaskToken, run };
  };
}

const functionResource = (arn: string, run: TaskRunner): TaskResource => ({
  resourceType: "lambda",
  resource: arn,
  events: "LambdaFunction",
  waitsForTaskToken: false,
  run,
});
