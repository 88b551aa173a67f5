import type { FlowDefinition } from "@sfs3/sdk/flow";
import type { Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { FunctionOptions } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { AlarmOptions } from "./alarm-options.js";
import type { BundlingOptions } from "./bundle.js";
import type { ProcessApiProps } from "./process-api-props.js";
import type { SidecarBucketProps } from "./sidecar-bucket.js";
import type { SomeBucket } from "./some-bucket.js";
import type { StartedMachines } from "./started-machines.js";
import type { StepEntry } from "./step-module.js";
import type { StepFunctionOptions } from "./steps.js";

/** What `Sfs3Process` deploys, and how. */
export interface Sfs3ProcessProps {
  readonly flow: FlowDefinition;
  /**
   * Where the steps' modules are: a folder in which each step has its `<step name>.ts` (or `.mts`, `.js`, `.mjs`), or a
   * function that gives the path of a step. Relative paths start at the working directory, the folder of `cdk.json`.
   */
  readonly entry: StepEntry;
  /** How the functions' code is bundled, beside the settings that it always has: an ES module for Node.js 22, minified. */
  readonly bundling?: BundlingOptions;
  /**
   * What each step's function has: memory, environment, VPC, layers. Default: 512 MB, arm64, and as timeout the longest
   * time that the flow gives an attempt of the step.
   */
  readonly stepDefaults?: FunctionOptions;
  /** The same for single steps, by step name, where they differ. */
  readonly steps?: Readonly<Record<string, StepFunctionOptions>>;
  /** Machines that the flow's own `.start(...)` states start, by the name of their flow. */
  readonly starts?: StartedMachines;
  /** Values for `${...}` of hand-written states. */
  readonly substitutions?: Readonly<Record<string, string>>;
  /**
   * A bucket of your own for the sidecars, shared with the processes that this one starts on the same sidecar. Its
   * settings are yours to make: {@link sidecarLifecycle} has the rules that remove what has ended. Default: a new one.
   */
  readonly bucket?: SomeBucket;
  /**
   * What the ids of this process's transactions begin with, and so the keys of its sidecars: what keeps processes apart
   * that share a bucket. A process may touch objects of its own prefix alone; one that works on the sidecar of another has
   * to have the same. At most 30 characters A-Z a-z 0-9 _ -. Default: nothing, all objects of the bucket are the process's.
   */
  readonly transactionPrefix?: string;
  /** Settings of the new bucket. */
  readonly bucketProps?: SidecarBucketProps;
  /** Default: `STANDARD`. */
  readonly stateMachineType?: StateMachineType;
  /** Default: a name that CloudFormation makes. */
  readonly stateMachineName?: string;
  /** Host of the account's IoT endpoint (`iot:Data-ATS`). Default: looked up when the stack is deployed. */
  readonly iotEndpoint?: string;
  /** How it is started over HTTP; `false`: not at all. Default: an HTTP API for principals of IAM. */
  readonly api?: false | ProcessApiProps;
  /**
   * What the function has that announces ends which the machine cannot; `false`: nobody announces them, which a redrivable
   * flow is refused for. Default: 256 MB, 30 s; none for an Express machine, whose ends nobody tells.
   */
  readonly statusNotifier?: false | FunctionOptions;
  /** Whether all ends go to a Kinesis stream: a new one, on demand and encrypted, or your own. Default: `false`. */
  readonly eventStream?: boolean | IStream;
  /** Where the process is shown: `false`: nowhere; your own dashboard: below what it shows already. Default: a new one. */
  readonly dashboard?: false | Dashboard;
  /** When alarms ring; `false`: there are none. Default: one for each way to fail and for each step, without actions. */
  readonly alarms?: false | AlarmOptions;
  /** Where the functions and the machine write. Default: a log group that keeps three months and goes with the stack. */
  readonly logGroup?: ILogGroup;
}
