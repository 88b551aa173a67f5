import { randomUUID } from "node:crypto";
import { type Answer, type ApiRequest, jsonAnswer } from "../http/answer.js";
import { AwsError } from "../http/aws-error.js";
import { credentialScope } from "../http/signature.js";
import type { Iot } from "./broker.js";
import type { RetainedMessage } from "./retained-messages.js";

type Call = (iot: Iot, url: URL, encodedTopic: string, body: Buffer) => Promise<object>;

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly run: Call;
}

const OPERATIONS: readonly Operation[] = [
  { name: "Publish", method: "POST", path: /^\/topics\/(?<topic>.+)$/, run: publish },
  { name: "GetRetainedMessage", method: "GET", path: /^\/retainedMessage\/(?<topic>.+)$/, run: getRetainedMessage },
  { name: "ListRetainedMessages", method: "GET", path: /^\/retainedMessage\/?$/, run: listRetainedMessages },
];

/** IoT's data plane over HTTP: Publish, GetRetainedMessage and ListRetainedMessages. */
export const dataPlane =
  (iot: Iot) =>
  async ({ method, url, headers, body }: ApiRequest): Promise<Answer> => {
    const traceId = randomUUID();
    if (credentialScope(headers, url.searchParams) === undefined) {
      const message = "The request is not signed with Signature Version 4.";
      throw new AwsError("ForbiddenException", { status: 403, message, fields: { traceId } });
    }
    for (const { method: served, path, run } of OPERATIONS) {
      const match = served === method ? path.exec(url.pathname) : null;
      if (match === null) continue;
      return jsonAnswer(200, { ...(await run(iot, url, match.groups?.topic ?? "", body)), traceId });
    }
    const served = OPERATIONS.map(({ name }) => name).join(", ");
    const message = `${method} ${url.pathname} is not served; of IoT's data plane ${served} are.`;
    throw new AwsError("NotImplementedException", { status: 501, message, fields: { traceId } });
  };

async function publish(iot: Iot, url: URL, encodedTopic: string, payload: Buffer): Promise<object> {
  const topic = decodeTopic(encodedTopic);
  const qos = parameter(url, "qos", { "0": 0, "1": 1 } as const) ?? 0;
  const retain = parameter(url, "retain", { true: true, false: false } as const) ?? false;
  await iot.publish({ topic, payload, qos, retain });
  return { message: "OK" };
}

async function getRetainedMessage(iot: Iot, _url: URL, encodedTopic: string): Promise<object> {
  const topic = decodeTopic(encodedTopic);
  const retained = iot.getRetainedMessage(topic);
  if (retained !== undefined) return { ...summary(retained), payload: retained.payload.toString("base64") };
  const message = `No retained message found for topic ${topic}.`;
  throw new AwsError("ResourceNotFoundException", { status: 404, message });
}

const MAX_RESULTS = 200;

async function listRetainedMessages(iot: Iot, url: URL): Promise<object> {
  const maxResults = Number(url.searchParams.get("maxResults") ?? MAX_RESULTS);
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > MAX_RESULTS) {
    const message = `The parameter maxResults must be 1 to ${MAX_RESULTS}.`;
    throw new AwsError("InvalidRequestException", { status: 400, message });
  }
  const after = Buffer.from(url.searchParams.get("nextToken") ?? "", "base64url").toString("utf8");
  const rest = iot.listRetainedMessages().filter(({ topic }) => topic > after);
  const page = rest.slice(0, maxResults);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  const retainedTopics = page.map((message) => ({ ...summary(message), payloadSize: message.payload.length }));
  return { retainedTopics, ...(last && { nextToken: Buffer.from(last.topic).toString("base64url") }) };
}

const summary = ({ topic, qos, lastModified }: RetainedMessage) => ({
  topic,
  qos,
  lastModifiedTime: lastModified.getTime(),
});

function decodeTopic(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    const message = `The topic ${encoded} is not URL-encoded UTF-8.`;
    throw new AwsError("InvalidRequestException", { status: 400, message, cause: error });
  }
}

function parameter<const TValues extends Readonly<Record<string, unknown>>>(
  url: URL,
  name: string,
  values: TValues,
): TValues[keyof TValues] | undefined {
  const given = url.searchParams.get(name);
  if (given === null) return undefined;
  if (Object.hasOwn(values, given)) return values[given as keyof TValues];
  const message = `The parameter ${name} is "${given}"; it must be ${Object.keys(values).join(" or ")}.`;
  throw new AwsError("InvalidRequestException", { status: 400, message });
}
