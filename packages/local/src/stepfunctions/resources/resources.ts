import { InvalidDefinitionError, type ResolveTask, type TaskRunner } from "../../asl/index.js";
import type { Mocks } from "../mocks/mocks.js";
import type { IotPort, LambdaPort, S3Port } from "../ports.js";
import type { Activities } from "../tasks/activities.js";
import type { TaskTokens } from "../tasks/task-tokens.js";
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
  readonly mocks: Mocks;
}

const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$/;
const INTEGRATION = /^arn:aws[a-z-]*:states:::(?<resourceType>.+?):(?<resource>[A-Za-z][A-Za-z0-9]*(\.\w+(:\d+)?)?)$/;

/** Finds the resources that the Tasks of a machine name. */
export type ResolveTaskOf = (machineName: string) => ResolveTask;

/** Every resource that a Task of a machine may name. */
export function createResources(ports: ResourcePorts): ResolveTaskOf {
  const { lambda, iot, s3, executions, tokens, activities, mocks } = ports;
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
  return (machineName) => (arn, statePath) => {
    if (ACTIVITY_ARN.test(arn)) return activityResource(arn, activities, tokens);
    const isFunction = FUNCTION_ARN.test(arn);
    const named = isFunction ? { resourceType: "lambda", resource: arn } : INTEGRATION.exec(arn)?.groups;
    const { resourceType, resource } = named ?? {};
    if (resourceType === undefined || resource === undefined) return undefined;
    const name = `${resourceType}:${resource}`;
    const actual = Object.hasOwn(integrations, name) ? integrations[name] : undefined;
    const stateName = statePath.slice(statePath.lastIndexOf(STATES) + STATES.length);
    const task = { machineName, stateName, resourceArn: arn };
    const run = mocks.mocked(task, isFunction ? lambdaFunction(lambda, arn) : actual);
    if (run === undefined) throw unsupported(task, statePath);
    const waitsForTaskToken = resource.endsWith(".waitForTaskToken");
    return { resourceType, resource, events: isFunction ? "LambdaFunction" : "Task", waitsForTaskToken, run };
  };
}

const STATES = "/States/";

function unsupported({ machineName, stateName, resourceArn }: Parameters<Mocks["mocked"]>[0], path: string) {
  const problem = `the state "${stateName}" needs a mock, because nothing here stands behind "${resourceArn}"`;
  const wayOut = `name a response under Resources["${resourceArn}"], or under StateMachines["${machineName}"].TestCases, of the mocks that the stack is started with (--mocks <file> of the sfs3 command)`;
  return new InvalidDefinitionError(`SCHEMA_VALIDATION_FAILED: ${problem}; ${wayOut}`, `${path}/Resource`);
}
