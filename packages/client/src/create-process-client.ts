import { platform } from "#platform";
import { ProcessClientError } from "./errors.js";
import type { InputOf } from "./flow-input.js";
import { type HttpOptions, httpApi } from "./http-api.js";
import { request } from "./http-request.js";
import { type CredentialSource, checkCredentials } from "./iot-credentials.js";
import {
  API_OPTIONS,
  checkNames,
  commonParts,
  iotSource,
  misuse,
  type ProcessClientOptions,
  urlOf,
} from "./options.js";
import { clientOf, type ProcessClient } from "./process-client.js";

/**
 * Makes a client of a process: starts it by its start API, learns of its end by MQTT, and asks for its state where no
 * message can come. It connects when it is first used. All processes of a client share one connection and one
 * subscription.
 *
 * `TProcess` is the type of the flow, or an object type that is the input itself.
 *
 * @throws `ClientConfigurationError` for an option that is missing, misspelt or out of range
 *
 * @example
 * ```ts
 * import { createProcessClient } from "@sfs3/client";
 * import type { orders } from "./orders.js";
 *
 * const client = createProcessClient<typeof orders>({
 *   startUrl: "https://api.example.com/start-process",
 *   stateUrl: "https://api.example.com/process-state",
 *   credentialsUrl: "https://api.example.com/iot/keys",
 *   topicRoot: "orders",
 *   subtopic: "worker1",
 * });
 * const { transactionId } = await client.execute({ orderId: "17" }, { timeoutMs: 20_000 });
 * await client.close();
 * ```
 */
export function createProcessClient<TProcess extends object = Readonly<Record<string, unknown>>>(
  options: ProcessClientOptions,
): ProcessClient<InputOf<TProcess>> {
  checkNames(options, API_OPTIONS);
  const { subtopic, headers = {}, fetch = platform.fetch } = options;
  const http: HttpOptions = {
    startUrl: urlOf("startUrl", options.startUrl),
    stateUrl: urlOf("stateUrl", options.stateUrl),
    subtopic,
    headers,
    fetch,
  };
  return clientOf<InputOf<TProcess>>({
    ...commonParts(options.topicRoot, options),
    api: httpApi(http),
    credentials: credentialsOf(options, http),
  });
}

function credentialsOf({ credentialsUrl, iot }: ProcessClientOptions, http: HttpOptions): CredentialSource {
  if ((credentialsUrl === undefined) === (iot === undefined)) {
    throw misuse("A client reaches the broker in one way.", "Give either credentialsUrl or iot.");
  }
  if (iot !== undefined) return iotSource(iot);
  const url = urlOf("credentialsUrl", credentialsUrl);
  if (http.subtopic !== undefined) url.searchParams.set("subtopic", http.subtopic);
  return async (signal) => {
    const { ok, status, body } = await request(http, url, { method: "GET", signal });
    if (!ok) throw refused(url, status);
    return checkCredentials(body);
  };
}

const refused = ({ origin, pathname }: URL, status: number): ProcessClientError =>
  new ProcessClientError(
    "ConnectionError",
    `${origin}${pathname} answered ${status} instead of credentials for the broker.`,
  );
