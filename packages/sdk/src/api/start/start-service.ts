import { type Clients, createClients } from "../../clients.js";
import type { Schema } from "../../step.js";
import { type Identify, identifyByAuthorizer } from "../http/identity.js";
import { settingOf } from "../settings.js";
import { inputKeys } from "./input-keys.js";
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
  readonly clients: Pick<Clients, "sfn">;
  readonly stateMachineArn: () => string;
  readonly place: () => UploadPlace;
}

export const startService = (schema: Schema, options: StartHandlerOptions): StartService => {
  const { uploads = {} } = options;
  const { maxBytes = MAX_UPLOAD_BYTES, expiresSeconds = UPLOAD_EXPIRES_SECONDS } = uploads || {};
  const clients = createClients(process.env, {
    ...(options.s3 && { s3: options.s3 }),
    ...(options.stepFunctions && { sfn: options.stepFunctions }),
  });
  return {
    schema,
    identify: options.identify ?? identifyByAuthorizer,
    authorize: options.authorize,
    inputKeys: inputKeys(schema),
    takesUploads: uploads !== false,
    maxBytes,
    expiresSeconds,
    clients,
    stateMachineArn: () => settingOf(HANDLER, ["stateMachineArn", options.stateMachineArn], "STATE_MACHINE_ARN"),
    place: () => ({
      s3: clients.s3(),
      bucket: settingOf(HANDLER, ["bucketName", options.bucketName], "BUCKET_NAME"),
      sse: options.sse,
    }),
  };
};
