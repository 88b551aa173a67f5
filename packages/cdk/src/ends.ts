import { Rule } from "aws-cdk-lib/aws-events";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";

/** Every end of a Standard machine's executions, as EventBridge tells them: best effort, without the process's data. */
export const endsRule = (scope: Construct, id: string, { stateMachineArn }: IStateMachine): Rule =>
  new Rule(scope, id, {
    description: "Executions that have ended",
    eventPattern: {
      source: ["aws.states"],
      detailType: ["Step Functions Execution Status Change"],
      detail: { stateMachineArn: [stateMachineArn], status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] },
    },
  });
