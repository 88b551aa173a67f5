import { randomUUID } from "node:crypto";
import { type Answer, type ApiRequest, jsonAnswer } from "../http/answer.js";
import { AwsError } from "../http/aws-error.js";
import { credentialScope } from "../http/signature.js";
import type { Iot } from "./broker.js";

const TOPICS = "/topics/";

/** IoT's data plane over HTTP: `POST /topics/<url-encoded topic>?qos=0|1&retain=true|false`. */
export const dataPlane =
  (iot: Pick<Iot, "publish">) =>
  async ({ method, url, headers, body }: ApiRequest): Promise<Answer> => {
    const traceId = randomUUID();
    if (credentialScope(headers, url.searchParams) === undefined) {
      const message = "The request is not signed with Signature Version 4.";
      throw new AwsError("ForbiddenException", { status: 403, message, fields: { traceId } });
    }
    if (method !== "POST" || !url.pathname.startsWith(TOPICS)) {
      const message = `${method} ${url.pathname} is not served; publish with POST ${TOPICS}<url-encoded topic>.`;
      throw new AwsError("NotImplementedException", { status: 501, message, fields: { traceId } });
    }
    const topic = decodeTopic(url.pathname.slice(TOPICS.length));
    const qos = parameter(url, "qos", { "0": 0, "1": 1 } as const) ?? 0;
    const retain = parameter(url, "retain", { true: true, false: false } as const) ?? false;
    await iot.publish({ topic, payload: body, qos, retain });
    return jsonAnswer(200, { message: "OK", traceId });
  };

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
