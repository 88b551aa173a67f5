import type { FlowDefinition } from "@sfs3/sdk/flow";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { BundlingOptions } from "./bundle.js";
import type { Sidecars } from "./sidecars.js";

/** What the API and the notifier of a process are built on. */
export interface ProcessParts extends Sidecars {
  readonly flow: FlowDefinition;
  readonly stateMachine: StateMachine;
  readonly logGroup: ILogGroup;
  readonly iotEndpoint: string;
  readonly bundling: BundlingOptions;
  /** Where the project's packages are found from. */
  readonly folder: string;
}
