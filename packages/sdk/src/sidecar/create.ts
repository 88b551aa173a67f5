import { setTimeout as sleepMs } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { createBackoff } from "./backoff.js";
import { parseDocument, type SidecarDocument } from "./document.js";
import { type Framed, frame } from "./frame.js";
import { members } from "./members.js";
import { isConcurrent, isLostRace, isMissing } from "./s3-failure.js";
import { encryption, framedBody, getDocument, type SidecarLocation } from "./store.js";

/** A sidecar's place, before any step. */
export type Place = Pick<SidecarLocation, "s3" | "bucket" | "txnId" | "sse">;

const MAX_ATTEMPTS = 5;

/**
 * Writes a sidecar that is not there yet, and never replaces one that is. The client sends a request again whose answer
 * was lost, so `exists` may also mean the own write.
 */
export const createSidecar = async (place: Place, text: string): Promise<"created" | "exists"> => {
  const { s3, bucket, txnId, sse } = place;
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: txnId,
    ...framedBody(frameDocument(text)),
    IfNoneMatch: "*",
    ...encryption(sse),
  });
  const backoff = createBackoff(Math.random);
  for (let attempt = 1; ; attempt += 1) {
    const startedMs = Date.now();
    try {
      await s3.send(command);
      return "created";
    } catch (error) {
      if (!isLostRace(error) || isMissing(error)) throw error;
      if (!isConcurrent(error)) return "exists";
      if (attempt === MAX_ATTEMPTS) throw error;
      await sleepMs(backoff.afterLoss(Date.now() - startedMs));
    }
  }
};

/** The sidecar as it is by now; `undefined` where there is none. */
export const findSidecar = async (place: Place): Promise<SidecarDocument | undefined> => {
  const found = await getDocument(place).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return found === undefined ? undefined : parseDocument(found, { txnId: place.txnId });
};

/** The text is what `JSON.stringify` made of an object: it needs no check. */
const frameDocument = (text: string): Framed => {
  const bytes = Buffer.from(text);
  return frame(members(bytes).map(({ start, end }) => [bytes.subarray(start, end)]));
};
