import type { Answer, ApiRequest, LocalStack } from "@sfs3/local";
import type { FlowDefinition } from "@sfs3/sdk/flow";
import { NAME_PATTERN } from "@sfs3/sdk/flow";

export interface IotKeysOptions {
  readonly flow: FlowDefinition;
  readonly stack: Pick<LocalStack, "mqttWebSocketUrl" | "environment">;
  readonly now: Date;
  readonly clientId: string;
}

/** As long as a chained role lasts. */
const LIFETIME_MS = 60 * 60 * 1000;

/** What a browser needs to hear of one process, as the deployed API answers it; here, any credentials will do. */
export function iotKeys({ method, url }: ApiRequest, { flow, stack, now, clientId }: IotKeysOptions): Answer {
  const subtopic = url.searchParams.get("subtopic");
  if (method !== "GET") return json(405, { message: "Only GET is allowed here." }, { allow: "GET" });
  if (subtopic !== null && !NAME_PATTERN.test(subtopic)) {
    return json(400, { message: "subtopic must have 1 to 64 characters A-Z a-z 0-9 _ -." });
  }
  return json(200, {
    iotEndpoint: stack.mqttWebSocketUrl,
    region: stack.environment.AWS_REGION,
    accessKey: "local",
    secretKey: "local",
    sessionToken: "local",
    expiration: new Date(now.getTime() + LIFETIME_MS).toISOString(),
    clientId,
    topicFilter: [flow.topicRoot, ...(subtopic === null ? [] : [subtopic]), "#"].join("/"),
  });
}

const json = (status: number, value: object, headers: Answer["headers"] = {}): Answer => ({
  status,
  headers: { ...headers, "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(value),
});
