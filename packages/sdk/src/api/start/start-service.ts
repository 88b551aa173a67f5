import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { layoutOf } from "../../flow/layout.js";
import type { FlowDefinition } from "../../flow/state.js";
import { inputKeys } from "../../named-keys.js";
import { once } from "../../once.js";
import type { Layout } from "../../sidecar/layout.js";
import type { Schema } from "../../step.js";
import { type Identify, identifyByAuthorizer } from "../http/identity.js";
import { layoutSetting, settingOf, transactionPrefixOf } from "../settings.js";
import { HANDLER, type StartHandlerOptions } from "./start-options.js";
import { MAX_UPLOAD_BYTES, UPLOAD_EXPIRES_SECONDS, type UploadPlace } from "./uploads.js";

/** The options with what stands in for those that are absent. */
export interface StartService {
  readonly schema: Schema;
  readonly identify: Identify;
  readonly authorize: StartHandlerOptions["authorize"];
  /** The keys that the input schema names. */
  readonly inputKeys: ReadonlySet<string>;
  readonly takesUploads: boolean;
  readonly maxBytes: number;
  readonly expiresSeconds: number;
  readonly stepFunctions: () => SFNClient;
  readonly stateMachineArn: () => string;
  readonly transactionPrefix: () => string;
  readonly layout: () => Layout;
  readonly place: () => UploadPlace;
}

export const startService = (
  schema: Schema,
  { flow, ...options }: StartHandlerOptions & { readonly flow?: FlowDefinition },
): StartService => {
  const { uploads = {} } = options;
  const { maxBytes = MAX_UPLOAD_BYTES, expiresSeconds = UPLOAD_EXPIRES_SECONDS } = uploads || {};
  const s3 = once(() => options.s3 ?? new S3Client());
  return {
    schema,
    identify: options.identify ?? identifyByAuthorizer,
    authorize: options.authorize,
    inputKeys: inputKeys(schema),
    takesUploads: uploads !== false,
    maxBytes,
    expiresSeconds,
    stepFunctions: once(() => options.stepFunctions ?? new SFNClient()),
    stateMachineArn: () => settingOf(HANDLER, "stateMachineArn", options),
    transactionPrefix: () => transactionPrefixOf(HANDLER, options),
    layout: () => (flow === undefined ? layoutSetting(HANDLER, options) : (options.layout ?? layoutOf(flow))),
    place: () => ({
      s3: s3(),
      bucket: settingOf(HANDLER, "bucketName", options),
      sse: options.sse,
    }),
  };
};
