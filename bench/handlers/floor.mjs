import { signedHttp } from "../clients/signed-http.mjs";
import { publishProgress } from "./create-by-hand.mjs";

const SLICE = '"step-1-output":';
const NEXT = '"step-2-output":';

/**
 * The floor under every handler: it knows where its slice lies, parses nothing else, copies nothing, checks nothing, and sends
 * the bytes that it read with its output at their end. Nobody can deploy this.
 */
export async function handler(event) {
  const key = event.processData;
  const { body, etag } = await signedHttp.getBytes(key);
  const start = body.indexOf(SLICE) + SLICE.length;
  const slice = JSON.parse(body.toString("utf8", start, body.lastIndexOf(",", body.indexOf(NEXT, start))));
  const tail = Buffer.from(`,"measured-output":${JSON.stringify({ count: slice.records.length })}}`);
  await signedHttp.putPieces(key, [body.subarray(0, -1), tail], etag);
  await publishProgress(signedHttp, key);
  return event;
}
