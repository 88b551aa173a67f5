import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { S3Error } from "../errors.js";
import { errorXml, type XmlElement } from "../xml.js";
import type { S3Response } from "./request.js";

/** The two ids by which AWS finds a request again. */
export interface RequestIds {
  readonly requestId: string;
  readonly hostId: string;
}

export function createRequestIds(): RequestIds {
  return { requestId: randomBytes(8).toString("hex").toUpperCase(), hostId: randomBytes(48).toString("base64") };
}

/** The XML document that tells of an error; 304 has none. */
export function errorResponse(error: S3Error, resource: string, ids: RequestIds): S3Response {
  if (error.status === 304) return { status: 304, headers: error.headers };
  const details: XmlElement[] = Object.entries(error.details);
  return {
    status: error.status,
    headers: { ...error.headers, "content-type": "application/xml" },
    body: errorXml([
      ["Code", error.code],
      ["Message", error.message],
      ...details,
      ["Resource", resource],
      ["RequestId", ids.requestId],
      ["HostId", ids.hostId],
    ]),
  };
}

function lengthOf(body: string | undefined): Record<string, string> {
  return { "content-length": String(Buffer.byteLength(body ?? "")) };
}

/** Writes the response; a client that leaves before its end is no error. */
export async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  { ids, ...answer }: S3Response & { readonly ids: RequestIds },
): Promise<void> {
  const { status, headers, body } = answer;
  const hasLength =
    body instanceof Readable || headers["content-length"] !== undefined || status === 204 || status === 304;
  response.writeHead(status, {
    server: "AmazonS3",
    "x-amz-request-id": ids.requestId,
    "x-amz-id-2": ids.hostId,
    ...(hasLength ? {} : lengthOf(body)),
    ...headers,
  });
  if (body instanceof Readable) await pipeline(body, response);
  else response.end(message.method === "HEAD" ? undefined : body);
  // What is left of a refused body is read over, so that the connection stays usable.
  message.resume();
}
