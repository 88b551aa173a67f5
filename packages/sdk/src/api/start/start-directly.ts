import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { NAME_PATTERN } from "../../names.js";
import type { Layout } from "../../sidecar/layout.js";
import type { Schema, StepOptions } from "../../step.js";
import { Problem } from "../http/problem.js";
import { layoutSetting, RULES, refusal } from "../settings.js";
import { renderInput } from "./process-input.js";
import { writeStart } from "./sidecar-start.js";
import { startTransaction } from "./start-execution.js";
import { marksOf } from "./transaction.js";

/** What {@link startDirectly} starts, and where. */
export interface DirectStart {
  readonly s3: S3Client;
  readonly stepFunctions: SFNClient;
  /** Bucket of the sidecars. */
  readonly bucketName: string;
  readonly stateMachineArn: string;
  /** What the input has to satisfy: a flow's `input`, for one. */
  readonly inputSchema: Schema;
  readonly input: Readonly<Record<string, unknown>>;
  /** The transaction's id, `[A-Za-z0-9_-]{1,64}`: the sidecar's key and the execution's name. */
  readonly txnId: string;
  /** Narrows the topic, `[A-Za-z0-9_-]{1,64}`. Default: none. */
  readonly subtopic?: string | undefined;
  /** How the sidecar lies in S3. Default: `SIDECAR_LAYOUT` of the environment, else `document`. */
  readonly layout?: Layout | undefined;
  /** Encryption of the sidecar at rest, as a step's. Default: `SFS3_KMS_KEY_ID`, else `AES256`. */
  readonly sse?: StepOptions["sse"];
}

/**
 * Starts a process as the handler of {@link createStartHandler} does, for a program that has credentials of its own: it
 * checks the input, writes the sidecar and starts the execution that is named after the transaction. The same start again
 * finds what the first one did.
 *
 * @returns the execution's ARN
 * @throws `StepConfigurationError` for a setting that is out of range, and for an id under which another input was started;
 * an `Error` that says why for an input that the schema refuses; what S3 and Step Functions answer, under its own name
 *
 * @example
 * ```ts
 * import { S3Client } from "@aws-sdk/client-s3";
 * import { SFNClient } from "@aws-sdk/client-sfn";
 * import { startDirectly } from "@sfs3/sdk/api";
 * import { newTransactionId } from "@sfs3/sdk/flow";
 * import { orders } from "./orders.js";
 *
 * const executionArn = await startDirectly({
 *   s3: new S3Client(),
 *   stepFunctions: new SFNClient(),
 *   bucketName: "orders-sidecars",
 *   stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:Orders",
 *   inputSchema: orders.input,
 *   input: { orderId: "17" },
 *   txnId: newTransactionId(),
 * });
 * ```
 */
export const startDirectly = async (start: DirectStart): Promise<string> => {
  const { s3, stepFunctions, bucketName, stateMachineArn, inputSchema, input, txnId, subtopic, sse } = start;
  checkStart(start);
  const layout = layoutSetting(FUNCTION, start);
  const text = await renderInput(inputSchema, input);
  // The id is the key by which the same start is known again.
  const source = { kind: "body", input } as const;
  const marks = marksOf({ source, subtopic, idempotencyKey: txnId, identity: undefined }, input);
  await writeStart({ s3, bucket: bucketName, txnId, layout, sse }, text, marks).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.problem !== "idempotency-key-reused") throw error;
    throw refusal(FUNCTION, `transaction '${txnId}' was started with another input or subtopic; choose another id`);
  });
  return startTransaction(stepFunctions, { stateMachineArn, txnId, layout, subtopic });
};

const FUNCTION = "startDirectly";

const checkStart = ({ stateMachineArn, bucketName, txnId, subtopic }: DirectStart): void => {
  for (const [name, value] of Object.entries({ txnId, subtopic })) {
    if (value === undefined || NAME_PATTERN.test(value)) continue;
    throw refusal(FUNCTION, `${name} must be 1 to 64 characters A-Z a-z 0-9 _ -`);
  }
  if (!RULES.text.holds(bucketName)) throw refusal(FUNCTION, `bucketName must be ${RULES.text.allowed}`);
  if (RULES.stateMachineArn.holds(stateMachineArn)) return;
  throw refusal(FUNCTION, `stateMachineArn must be ${RULES.stateMachineArn.allowed}`);
};
