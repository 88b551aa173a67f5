import { devNull } from "node:os";
import { PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { ListStateMachinesCommand } from "@aws-sdk/client-sfn";
import { createAwsClients } from "./aws-clients.js";
import { answer } from "./http.js";

const ENVIRONMENT = {
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  BUCKET_NAME: "sidecars",
  TOPIC_ROOT: "simulated",
  LOG_LEVEL: "WARN",
};

/**
 * Has the AWS clients read their configuration files, which they do once a process, when they first send something; and
 * has them find nothing there, so that a run is the same on every machine.
 */
export const warmUp = async (): Promise<void> => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, ENVIRONMENT);
  const { s3, iot, sfn } = createAwsClients(async () => answer(200, "{}"));
  await s3.send(new GetObjectCommand({ Bucket: "sidecars", Key: "none" }));
  await iot.send(new PublishCommand({ topic: "none" }));
  await sfn.send(new ListStateMachinesCommand({}));
};
