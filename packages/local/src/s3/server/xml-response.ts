import { resultXml, type XmlContent } from "../xml.js";
import type { S3Response } from "./request.js";

/** A 200 with an S3 result document. */
export function xmlResponse(root: string, content: XmlContent, headers: Record<string, string> = {}): S3Response {
  return { status: 200, headers: { ...headers, "content-type": "application/xml" }, body: resultXml(root, content) };
}
