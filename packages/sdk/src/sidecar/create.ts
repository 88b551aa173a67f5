import { setTimeout as sleepMs } from "node:timers/promises";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { backoffMs } from "./backoff.js";
import { parseDocument, type SidecarDocument } from "./document.js";
import { isLostRace, isMissing } from "./s3-failure.js";
import { encryption, type SidecarLocation } from "./store.js";

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
    Body: text,
    ContentType: "application/json",
    IfNoneMatch: "*",
    ...encryption(sse),
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await s3.send(command);
      return "created";
    } catch (error) {
      if (!isLostRace(error) || isMissing(error)) throw error;
      if (!isConcurrent(error)) return "exists";
      if (attempt === MAX_ATTEMPTS) throw error;
      await sleepMs(backoffMs(attempt, Math.random));
    }
  }
};

/** 409: another write of the key is going on, and may yet fail. */
const isConcurrent = (error: unknown): boolean => error instanceof Error && error.name === "ConditionalRequestConflict";

/** The sidecar as it is by now; `undefined` where there is none. */
export const findSidecar = async ({ s3, bucket, txnId }: Place): Promise<SidecarDocument | undefined> => {
  const read = async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: txnId }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  };
  const bytes = await read().catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return bytes === undefined ? undefined : parseDocument(bytes, txnId);
};
