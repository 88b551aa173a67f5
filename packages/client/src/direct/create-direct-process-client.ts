import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { type FlowDefinition, TRANSACTION_PREFIX_PATTERN } from "@sfs3/sdk/flow";
import type { InputOf } from "../flow-input.js";
import { type CommonOptions, checkNames, commonParts, type Iot, iotSource, misuse } from "../options.js";
import { clientOf, type ProcessClient } from "../process-client.js";
import { awsApi, type Encryption } from "./aws-api.js";

/** Options of {@link createDirectProcessClient}. */
export interface DirectProcessClientOptions<TFlow extends FlowDefinition> extends CommonOptions {
  /** The process: its input schema and its topics. */
  readonly flow: TFlow;
  readonly stateMachineArn: string;
  /** The bucket of the sidecars. */
  readonly bucket: string;
  /** The broker, and the credentials to sign with. */
  readonly iot: Iot;
  /** Encryption of the sidecar at rest, as the steps have it. Default: `AES256`. */
  readonly sse?: Encryption | undefined;
  /**
   * What the ids of transactions begin with, where a shared bucket lets this process write no others. At most 30 characters
   * A-Z a-z 0-9 _ -. Default: nothing.
   */
  readonly transactionPrefix?: string | undefined;
  /** Default: a client of the AWS SDK's default chain. */
  readonly s3?: S3Client | undefined;
  /** Default: a client of the AWS SDK's default chain. */
  readonly sfn?: SFNClient | undefined;
}

const OPTIONS = [
  "flow",
  "stateMachineArn",
  "bucket",
  "iot",
  "sse",
  "transactionPrefix",
  "s3",
  "sfn",
  "subtopic",
  "polling",
  "startTimeoutMs",
  "warn",
  "clock",
  "random",
  "connect",
] as const satisfies readonly (keyof DirectProcessClientOptions<FlowDefinition>)[];

/**
 * Makes a client of a process that needs no start API: it writes the sidecar to S3, starts the execution and asks for its
 * state with the AWS clients, and learns of its end by MQTT as any other. Its caller needs `s3:PutObject` on the bucket,
 * `states:StartExecution` on the machine, `states:DescribeExecution` on its executions, and `iot:Connect`,
 * `iot:Subscribe` and `iot:Receive`.
 *
 * @throws `ClientConfigurationError` for an option that is missing, misspelt or out of range
 *
 * @example
 * ```ts
 * import { createDirectProcessClient } from "@sfs3/client/direct";
 * import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
 * import { orders } from "./orders.js";
 *
 * const client = createDirectProcessClient({
 *   flow: orders,
 *   stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:Orders",
 *   bucket: "orders-sidecars",
 *   iot: { endpoint: "abc-ats.iot.eu-west-1.amazonaws.com", region: "eu-west-1", credentials: fromNodeProviderChain() },
 * });
 * await client.execute({ orderId: "17" });
 * ```
 */
export function createDirectProcessClient<TFlow extends FlowDefinition>(
  options: DirectProcessClientOptions<TFlow>,
): ProcessClient<InputOf<TFlow>> {
  checkNames(options, OPTIONS);
  const { flow, stateMachineArn, bucket, iot, subtopic, sse = "AES256", transactionPrefix = "" } = options;
  if (!TRANSACTION_PREFIX_PATTERN.test(transactionPrefix)) {
    const given = JSON.stringify(transactionPrefix);
    throw misuse(`transactionPrefix is ${given}.`, "It has at most 30 characters A-Z a-z 0-9 _ -.");
  }
  if (!/^arn:[^:]+:states:[^:]+:\d+:stateMachine:.+$/.test(stateMachineArn)) {
    throw misuse(`stateMachineArn is ${JSON.stringify(stateMachineArn)}.`, "Give the ARN of the process's machine.");
  }
  if (typeof bucket !== "string" || bucket === "")
    throw misuse("There is no bucket.", "Name the bucket of the sidecars.");
  if (iot === undefined) throw misuse("There is no iot.", "Give the broker's endpoint, region and credentials.");
  const s3 = options.s3 ?? new S3Client();
  const sfn = options.sfn ?? new SFNClient();
  const client = clientOf<InputOf<TFlow>>({
    ...commonParts(flow.topicRoot, options),
    api: awsApi({ flow, stateMachineArn, bucket, subtopic, sse, transactionPrefix, s3, sfn }),
    credentials: iotSource(iot),
  });
  const close = async () => {
    await client.close();
    if (options.s3 === undefined) s3.destroy();
    if (options.sfn === undefined) sfn.destroy();
  };
  return { ...client, close };
}
