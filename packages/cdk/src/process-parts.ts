import type { FlowDefinition } from "@sfs3/sdk/flow";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { BundlingOptions } from "./bundle.js";

/** What the API and the notifier of a process are built on. */
export interface ProcessParts {
  readonly flow: FlowDefinition;
  readonly bucket: IBucket;
  readonly stateMachine: StateMachine;
  readonly logGroup: ILogGroup;
  readonly iotEndpoint: string;
  readonly bundling: BundlingOptions;
  /** Where the project's packages are found from. */
  readonly folder: string;
}
