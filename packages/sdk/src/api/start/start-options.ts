import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { type FieldRules, fieldProblem, isIntegerFrom } from "../../field-rules.js";
import type { FlowDefinition } from "../../flow/state.js";
import { isObject } from "../../json-object.js";
import { inputKeys } from "../../named-keys.js";
import type { Layout } from "../../sidecar/layout.js";
import type { Schema, StepOptions } from "../../step.js";
import type { CorsOptions } from "../http/cors.js";
import type { Identify, Identity } from "../http/identity.js";
import { checkSettings, RULES, refusal } from "../settings.js";
import type { UploadOptions } from "./uploads.js";

/** What {@link StartHandlerOptions.authorize} decides on. */
export interface StartAttempt<TInput> {
  /** Who asks; `undefined` where the API knows nobody. */
  readonly identity: Identity | undefined;
  /** The topic's level that the caller wants the process announced on. */
  readonly subtopic: string | undefined;
  /** The input as the schema reads it, as JSON. */
  readonly input: TInput;
}

/** Options of {@link createStartHandler}; `TInput` is what the process is started with, as JSON. */
export interface StartHandlerOptions<TInput = Readonly<Record<string, unknown>>> {
  /** Bucket of the sidecars. Default: `BUCKET_NAME` of the environment. */
  readonly bucketName?: string;
  /** The machine to start. Default: `STATE_MACHINE_ARN` of the environment. */
  readonly stateMachineArn?: string;
  /** Whether this caller may start this; where not, the answer is 403. Default: whoever the API lets through. */
  readonly authorize?: (attempt: StartAttempt<TInput>) => boolean | Promise<boolean>;
  /** Who a request comes from. Default: what an IAM or a JWT authorizer of the API has found out. */
  readonly identify?: Identify;
  /** How inputs are taken that an API's request cannot hold; `false`: not at all. */
  readonly uploads?: false | UploadOptions;
  /** Encryption of the sidecar at rest, as a step's. Default: `SFS3_KMS_KEY_ID`, else `AES256`. */
  readonly sse?: StepOptions["sse"];
  /**
   * What the ids of transactions begin with, and so the keys of their sidecars and uploads: what tells processes apart that
   * share a bucket. At most 30 characters A-Z a-z 0-9 _ -. Default: `TRANSACTION_PREFIX` of the environment, else nothing.
   */
  readonly transactionPrefix?: string;
  /**
   * How the sidecar lies in S3, for all of the process's life. Default: the flow's; where there is no flow
   * `SIDECAR_LAYOUT` of the environment, else `document`.
   */
  readonly layout?: Layout;
  /** Browsers' access. Default: none. */
  readonly cors?: CorsOptions;
  /** Default: a client of the AWS SDK's default chain, made once a container. */
  readonly s3?: S3Client;
  /** Default: a client of the AWS SDK's default chain, made once a container. */
  readonly stepFunctions?: SFNClient;
}

export const HANDLER = "createStartHandler";

const OPTION_RULES: FieldRules = {
  flow: RULES.flow,
  inputSchema: {
    holds: (value) => isObject(value) && "_zod" in value,
    allowed: "a schema of zod 4 or zod/mini",
  },
  bucketName: RULES.text,
  stateMachineArn: RULES.stateMachineArn,
  authorize: RULES.function,
  identify: RULES.function,
  uploads: { holds: (value) => value === false || isObject(value), allowed: "false or an object" },
  sse: RULES.sse,
  transactionPrefix: RULES.transactionPrefix,
  layout: RULES.layout,
  cors: RULES.cors,
  s3: RULES.client,
  stepFunctions: RULES.client,
};

const UPLOAD_RULES: FieldRules = {
  maxBytes: { holds: isIntegerFrom(1), allowed: "an integer from 1" },
  expiresSeconds: { holds: isIntegerFrom(1, 43_200), allowed: "an integer from 1 to 43200" },
};

type Described = Pick<StartHandlerOptions, "uploads"> & {
  readonly flow?: FlowDefinition;
  readonly inputSchema?: Schema;
};

/** @returns what the input has to satisfy */
export const checkStartOptions = (options: Described): Schema => {
  checkSettings(HANDLER, options, { rules: OPTION_RULES });
  const { flow, inputSchema, uploads } = options;
  const schema = flow?.input ?? inputSchema;
  if (schema === undefined || (flow !== undefined && inputSchema !== undefined)) {
    throw refusal(HANDLER, "give either a flow or an inputSchema");
  }
  const problem = fieldProblem({ ...uploads }, { rules: UPLOAD_RULES, required: [], prefix: "uploads." });
  if (problem !== undefined) throw refusal(HANDLER, problem);
  if (uploads !== false && inputKeys(schema).has("upload")) {
    throw refusal(HANDLER, "the input has a key 'upload', which would name an uploaded input; set uploads to false");
  }
  return schema;
};
