import { type IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import type { S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { type Clients, createClients } from "../../clients.js";
import { executionArnOf } from "../../execution-arn.js";
import type { FieldRules } from "../../field-rules.js";
import type { FlowDefinition } from "../../flow/state.js";
import { txnIdOfKey } from "../../sidecar/layout.js";
import type { LambdaContext, Log, StepOptions } from "../../step.js";
import { payloadOf } from "../execution-input.js";
import { handlerLog } from "../handler-log.js";
import { checkSettings, RULES, refusal, settingOf } from "../settings.js";
import { announcementOf } from "./announced.js";
import { claim, type Mark, markPublished, release } from "./claim.js";
import { readStatusChange, type StatusChange, WORDS } from "./status-change.js";

/** Options of {@link createStatusNotifier}. */
export interface StatusNotifierOptions {
  /** The flow whose machine it is, for its topic root. */
  readonly flow?: FlowDefinition;
  /** Head of the process's topics, where there is no flow. Default: `TOPIC_ROOT` of the environment. */
  readonly topicRoot?: string;
  /** The machine whose ends are announced. Default: `STATE_MACHINE_ARN` of the environment. */
  readonly stateMachineArn?: string;
  /** Bucket that remembers which ends were announced, under `ends/`. Default: `BUCKET_NAME` of the environment. */
  readonly bucketName?: string;
  /** Encryption of what it remembers. Default: `SFS3_KMS_KEY_ID`, else `AES256`. */
  readonly sse?: StepOptions["sse"];
  /** Default: a client of the AWS SDK's default chain, made once a container. */
  readonly s3?: S3Client;
  /** Default: a client of the AWS SDK's default chain, made once a container. */
  readonly stepFunctions?: SFNClient;
  /** Default: a client of the AWS SDK's default chain, made once a container, for `IOT_ENDPOINT` or the looked-up host. */
  readonly iotDataPlane?: IoTDataPlaneClient;
}

/**
 * What became of an event: the end was published now; the machine had announced it; an earlier event of the same end had
 * it published; or there was nothing to announce, as where the execution was redriven since.
 */
export type NotificationOutcome = "published" | "announced" | "repeated" | "ignored";

/** A Lambda handler for the rule of EventBridge on Step Functions' status changes. */
export type StatusNotifier = (event: unknown, context?: LambdaContext) => Promise<{ outcome: NotificationOutcome }>;

const HANDLER = "createStatusNotifier";

const OPTION_RULES: FieldRules = {
  flow: RULES.flow,
  topicRoot: RULES.topicRoot,
  stateMachineArn: RULES.stateMachineArn,
  bucketName: RULES.text,
  sse: RULES.sse,
  s3: RULES.client,
  stepFunctions: RULES.client,
  iotDataPlane: RULES.client,
};

/**
 * Makes the Lambda handler of EventBridge's rule "Step Functions Execution Status Change", which announces the ends that a
 * generated machine could not: those by timeout and abort, failures that no Catch sees, and a publish that was lost.
 *
 * `FAILED` goes out for an execution that ended `FAILED`, `TIMED_OUT` or `ABORTED`, `SUCCEEDED` for one that ended so, unless
 * its history shows that its own message was taken, or an earlier event of the same end was seen to.
 *
 * The handler rejects with `NotYetError` where the event has to come again, and with what AWS answers; Lambda tries again
 * then. @throws `StepConfigurationError` at once where an option is misspelt or out of range
 *
 * @example
 * ```ts
 * import { createStatusNotifier } from "@sfs3/sdk/api";
 * import { orders } from "./orders.js";
 *
 * export const handler = createStatusNotifier({ flow: orders });
 * ```
 */
export function createStatusNotifier(options: StatusNotifierOptions = {}): StatusNotifier {
  checkSettings(HANDLER, options, { rules: OPTION_RULES });
  const { flow, s3, stepFunctions, iotDataPlane } = options;
  if (flow !== undefined && options.topicRoot !== undefined)
    throw refusal(HANDLER, "give a flow or a topicRoot, not both");
  const clients = createClients(process.env, {
    ...(s3 && { s3 }),
    ...(stepFunctions && { sfn: stepFunctions }),
    ...(iotDataPlane && { iot: iotDataPlane }),
  });
  return async (event, context) => {
    const change = readStatusChange(event);
    const { executionArn, status } = change;
    const log = handlerLog(context, { executionArn, status });
    const outcome = await notify(change, { options, clients, log });
    log.info("an execution has ended", { outcome });
    return { outcome };
  };
}

interface Notifier {
  readonly options: StatusNotifierOptions;
  readonly clients: Clients;
  readonly log: Log;
}

const notify = async (change: StatusChange, notifier: Notifier): Promise<NotificationOutcome> => {
  const { options, clients, log } = notifier;
  checkMachine(change, settingOf(HANDLER, "stateMachineArn", options));
  const word = Object.hasOwn(WORDS, change.status) ? WORDS[change.status as keyof typeof WORDS] : undefined;
  if (word === undefined) return "ignored";
  const topic = await topicOf(change, notifier);
  if (topic === undefined) return "ignored";
  const announcement = await announcementOf(await clients.sfn(), change);
  if (announcement !== "missing") return announcement === "made" ? "announced" : "ignored";
  const iot = await clients.iot();
  const mark = markOf(change, notifier);
  const own = await claim(mark, { id: crypto.randomUUID(), now: Date.now });
  if (own === undefined) return "repeated";
  try {
    await publish(iot, topic, word);
  } catch (error) {
    await attempt(() => release(mark, own), "a claim was not released: it ends by itself", log);
    throw error;
  }
  await attempt(() => markPublished(mark), "an announced end was not marked: its next event is published again", log);
  return "published";
};

/** A rule for several machines would announce the ends of one on the topics of another. */
const checkMachine = ({ executionArn }: StatusChange, stateMachineArn: string): void => {
  if (executionArn.startsWith(executionArnOf(stateMachineArn, ""))) return;
  throw refusal(HANDLER, `the event is of ${executionArn}, not of ${stateMachineArn}; let the rule name the machine`);
};

const topicOf = async (change: StatusChange, { options, clients, log }: Notifier): Promise<string | undefined> => {
  const { executionArn } = change;
  const describe = async () => (await (await clients.sfn()).send(new DescribeExecutionCommand({ executionArn }))).input;
  const payload = payloadOf(change.input ?? (await describe()));
  if (payload === undefined) {
    log.warn("an execution was not started with a state payload: there is no topic for its end");
    return undefined;
  }
  const root = options.flow?.topicRoot ?? settingOf(HANDLER, "topicRoot", options);
  const { subtopic, processData } = payload;
  return [root, ...(subtopic === undefined ? [] : [subtopic]), txnIdOfKey(processData)].join("/");
};

const markOf = ({ executionArn, stopDateMs }: StatusChange, { options, clients }: Notifier): Mark => ({
  s3: clients.s3(),
  bucket: settingOf(HANDLER, "bucketName", options),
  key: `ends/${executionArn.split(":").slice(-2).join("/")}/${stopDateMs ?? "end"}`,
  sse: options.sse,
});

/** Well within the lease. Unit: milliseconds. */
const PUBLISH_MS = 10_000;

const publish = async (iot: IoTDataPlaneClient, topic: string, word: string): Promise<void> => {
  const command = new PublishCommand({ topic, qos: 1, payload: Buffer.from(word) });
  await iot.send(command, { abortSignal: AbortSignal.timeout(PUBLISH_MS) });
};

/** What fails here changes nothing of what has been done; it is said, and no more. */
const attempt = async (act: () => Promise<unknown>, failure: string, log: Log): Promise<void> => {
  try {
    await act();
  } catch (error) {
    log.warn(failure, { errorName: error instanceof Error ? error.name : "unknown" });
  }
};
