import type { FlowDefinition } from "@sfs3/sdk/flow";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { StatusNotifier } from "./status-notifier.js";

/** The parts of a process that CloudWatch measures. */
export interface MeasuredProcess {
  readonly flow: FlowDefinition;
  readonly stateMachine: StateMachine;
  /** By step name. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  readonly statusNotifier: StatusNotifier | undefined;
}
