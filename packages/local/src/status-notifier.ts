import { fileURLToPath } from "node:url";
import type { FlowDefinition } from "@sfs3/sdk/flow";
import { notifierName } from "./flow-functions.js";
import type { FunctionOptions } from "./lambda/index.js";
import type { LocalStack } from "./stack.js";
import type { ExecutionEnd } from "./stepfunctions/index.js";

interface NotifierOptions {
  readonly bucket: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The function that announces the ends which the flow's machine cannot, and the rule that tells it of all of them. */
export function putNotifier(stack: LocalStack, flow: FlowDefinition, { bucket, environment }: NotifierOptions): void {
  const { lambda, stepFunctions } = stack;
  const stateMachineArn = stack.stateMachineArn(flow.name);
  const { name, ...update }: FunctionOptions = {
    name: notifierName(flow),
    handler: { module: MODULE, path: ["handler"] },
    timeoutSeconds: 30,
    memoryMb: 256,
    environment: {
      ...environment,
      BUCKET_NAME: bucket,
      TOPIC_ROOT: flow.topicRoot,
      STATE_MACHINE_ARN: stateMachineArn,
    },
  };
  const isThere = lambda.listFunctions().some((known) => known.name === name);
  if (isThere) return void lambda.updateFunction(name, update);
  lambda.createFunction({ name, ...update });
  stepFunctions.onEnd(async (end) => {
    if (end.detail.stateMachineArn === stateMachineArn) await invoke(stack, name, end);
  });
}

const MODULE = fileURLToPath(new URL("./status-notifier-function.js", import.meta.url));

/** Once: there is no network in between, and what fails here is not mended by a minute. */
async function invoke({ lambda }: LocalStack, name: string, end: ExecutionEnd): Promise<void> {
  const { payload, functionError } = await lambda.invoke(name, JSON.stringify(end));
  if (functionError !== undefined) throw new Error(`its status notifier failed: ${payload}`);
}
