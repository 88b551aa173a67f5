import middy from "@middy/core";
import { awsSdk } from "../clients/aws-sdk.mjs";
import { Everything, Output } from "../schemas.mjs";
import { publishProgress } from "./create-by-hand.mjs";

/** The sidecar as a middleware: read and checked before the handler, merged and written after it. */
const sidecar = {
  async before(request) {
    const { text, etag } = await awsSdk.get(request.event.processData);
    const document = JSON.parse(text);
    Object.assign(request.internal, { payload: request.event, document, etag });
    request.event = Everything.parse(document);
  },
  async after(request) {
    const { payload, document, etag } = request.internal;
    document["measured-output"] = Output.parse(request.response);
    await awsSdk.put(payload.processData, JSON.stringify(document), etag);
    await publishProgress(awsSdk, payload.processData);
    request.response = payload;
  },
};

export const handler = middy()
  .use(sidecar)
  .handler((data) => ({ count: data["step-1-output"].records.length }));
