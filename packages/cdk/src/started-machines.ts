import { everyState, type FlowDefinition, stateMachineVariable } from "@sfs3/sdk/flow";
import { Arn, ArnFormat, Stack } from "aws-cdk-lib";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { permit } from "./permission.js";

/** Something with a machine: another process, or a machine as such. */
export type Started = IStateMachine | { readonly stateMachine: IStateMachine };

/** Machines by the name of their flow. */
export type StartedMachines = Readonly<Record<string, Started>>;

export const machineOf = (started: Started): IStateMachine =>
  "stateMachine" in started ? started.stateMachine : started;

/** Where a step finds the ARNs that it gives to `context.startExecution`. */
export const startedEnvironment = (starts: StartedMachines): Record<string, string> =>
  Object.fromEntries(
    Object.entries(starts).map(([flow, started]) => [stateMachineVariable(flow), machineOf(started).stateMachineArn]),
  );

export const permitStarts = (grantable: IGrantable, starts: StartedMachines): void => {
  const resources = Object.values(starts).map((started) => machineOf(started).stateMachineArn);
  if (resources.length > 0) permit(grantable, { actions: ["states:StartExecution"], resources });
};

interface Starts {
  readonly scope: Construct;
  readonly flow: FlowDefinition;
  readonly starts: StartedMachines;
}

/**
 * For the flow's own `start` states. To wait for an end, Step Functions asks for it, stops what it waits for when it is
 * stopped itself, and keeps a rule of its own in EventBridge.
 *
 * Source: AWS Step Functions Developer Guide, "Start a new AWS Step Functions state machine from a running execution", IAM.
 */
export const permitStartsAndWaits = (grantable: IGrantable, { scope, flow, starts }: Starts): void => {
  permitStarts(grantable, starts);
  const waited = [...everyState(flow.states)].flatMap((state) =>
    state.kind === "start" && state.wait ? [state.flow.name] : [],
  );
  const machines = Object.entries(starts).filter(([name]) => waited.includes(name));
  if (machines.length === 0) return;
  permit(grantable, {
    actions: ["states:DescribeExecution", "states:StopExecution"],
    resources: machines.map(([, started]) => executionsOf(scope, machineOf(started))),
    wildcard: "An execution is named when it is started.",
  });
  permit(grantable, {
    actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
    resources: [
      Stack.of(scope).formatArn({
        service: "events",
        resource: "rule",
        resourceName: "StepFunctionsGetEventsForStepFunctionsExecutionRule",
      }),
    ],
  });
};

/** ARN pattern of a machine's executions. */
export const executionsOf = (scope: Construct, machine: IStateMachine): string => executionArn(scope, machine, ":*");

/** ARN pattern of the executions that its distributed Maps make: `<machine>/<label>:<id>`. */
export const childExecutionsOf = (scope: Construct, machine: IStateMachine): string =>
  executionArn(scope, machine, "/*");

const executionArn = (scope: Construct, { stateMachineArn }: IStateMachine, end: string): string => {
  const { resourceName = "" } = Arn.split(stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
  return Stack.of(scope).formatArn({
    service: "states",
    resource: "execution",
    resourceName: `${resourceName}${end}`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
};
