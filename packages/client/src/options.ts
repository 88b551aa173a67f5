import { platform } from "#platform";
import { type Clock, systemClock } from "./clock.js";
import { ProcessClientError } from "./errors.js";
import type { Fetch, Headers } from "./http-request.js";
import { type CredentialSource, fromBroker, type IotBroker, type IotCredentials } from "./iot-credentials.js";
import { DEFAULT_POLLING, type Polling } from "./poller.js";
import type { ClientParts } from "./process-client.js";
import { type OpenSession, openMqttSession } from "./session.js";

/** How the broker is reached without a credential service: credentials of the caller's own, or what asks for them. */
export type Iot = IotBroker | (() => Promise<IotCredentials>);

/** Options that all clients have. */
export interface CommonOptions {
  /** Narrows the topic, `[A-Za-z0-9_-]{1,64}`: a worker's own. Default: none. */
  readonly subtopic?: string | undefined;
  /** How states are polled where no message comes. */
  readonly polling?: Partial<Polling> | undefined;
  /** Longest wait for the answer to a start. Unit: milliseconds. Default: 30,000. */
  readonly startTimeoutMs?: number | undefined;
  /** Hears of what is wrong but tried again. Default: a warning of the process, or on the browser's console. */
  readonly warn?: ((error: ProcessClientError) => void) | undefined;
  /** For tests. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** For tests; between 0 and 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** For tests: what opens a connection to the broker. Default: MQTT over WebSocket. */
  readonly connect?: OpenSession | undefined;
}

/** Options of {@link createProcessClient}. */
export interface ProcessClientOptions extends CommonOptions {
  /** Where processes are started: `POST`. */
  readonly startUrl: string | URL;
  /** Where their states are asked for: `GET`. */
  readonly stateUrl: string | URL;
  /** Where credentials for the broker are to be had: `GET`. Either this or `iot`. */
  readonly credentialsUrl?: string | URL | undefined;
  readonly iot?: Iot | undefined;
  /** First levels of the topics that the process publishes on, as the flow has it. */
  readonly topicRoot: string;
  /** Headers of each request, as an `Authorization`; a function is asked before each. Default: none. */
  readonly headers?: Headers | undefined;
  /** Default: the platform's own, in Node.js through the proxies that the environment names. */
  readonly fetch?: Fetch | undefined;
}

const COMMON = ["subtopic", "polling", "startTimeoutMs", "warn", "clock", "random", "connect"] as const;

export const API_OPTIONS = [
  ...COMMON,
  "startUrl",
  "stateUrl",
  "credentialsUrl",
  "iot",
  "topicRoot",
  "headers",
  "fetch",
] as const satisfies readonly (keyof ProcessClientOptions)[];

/** A misspelt option would else be one that was never given. @throws `ClientConfigurationError` */
export function checkNames(options: object, known: readonly string[]): void {
  const [misspelt] = Object.keys(options).filter((name) => !known.includes(name));
  if (misspelt !== undefined) throw misuse(`A client knows no option '${misspelt}'.`, `It knows ${known.join(", ")}.`);
}

/** @throws `ClientConfigurationError` */
export function urlOf(name: string, value: unknown): URL {
  try {
    return new URL(String(value), platform.baseUrl());
  } catch {
    // A query may hold a key.
    const shown = typeof value === "string" ? value.split("?", 1)[0] : value;
    throw misuse(`${name} is ${JSON.stringify(shown)}, no URL.`, "Give the whole address, with https:// before it.");
  }
}

/** How the broker is reached with what the caller has. */
export const iotSource = (iot: Iot): CredentialSource => (typeof iot === "function" ? iot : fromBroker(iot));

type CommonParts = Omit<ClientParts<never>, "api" | "credentials">;

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const TOPIC_ROOT = /^[^$/+#\s][^+#\s]*(?<!\/)$/;

/** @throws `ClientConfigurationError` */
export function commonParts(topicRoot: string, options: CommonOptions): CommonParts {
  const { subtopic, polling, startTimeoutMs = 30_000, warn = platform.warn } = options;
  if (typeof topicRoot !== "string" || !TOPIC_ROOT.test(topicRoot)) {
    throw misuse(`topicRoot is ${JSON.stringify(topicRoot)}.`, "Give the topicRoot of the flow, without '+' and '#'.");
  }
  if (subtopic !== undefined && !NAME.test(subtopic)) {
    throw misuse(`subtopic is ${JSON.stringify(subtopic)}.`, `Use ${NAME.source}.`);
  }
  if (!(startTimeoutMs > 0)) throw misuse(`startTimeoutMs is ${startTimeoutMs}.`, "Use a number above 0.");
  return {
    topicRoot,
    subtopic,
    startTimeoutMs,
    polling: checkPolling({ ...DEFAULT_POLLING, ...polling }),
    // A listener that throws is its author's to hear of; it must not end what goes on here.
    warn: (error) => queueMicrotask(() => warn(error)),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    openSession: options.connect ?? openMqttSession,
    wsOptions: platform.wsOptions,
  };
}

function checkPolling(polling: Polling): Polling {
  for (const [name, { firstMs, maxMs }] of [
    ["offline", polling.offline] as const,
    ["online", polling.online] as const,
  ]) {
    if (firstMs > 0 && maxMs >= firstMs) continue;
    throw misuse(`polling.${name} is ${firstMs} to ${maxMs} ms.`, "Use a firstMs above 0 and a maxMs not below it.");
  }
  if (Number.isInteger(polling.maxConcurrency) && polling.maxConcurrency > 0) return polling;
  throw misuse(`polling.maxConcurrency is ${polling.maxConcurrency}.`, "Use an integer above 0.");
}

export const misuse = (problem: string, wayOut: string): ProcessClientError =>
  new ProcessClientError("ClientConfigurationError", `${problem} ${wayOut}`);
