import { setTimeout as sleepMs } from "node:timers/promises";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { JOURNAL_KEY } from "../names.js";
import { backoffMs } from "./backoff.js";
import { parseDocument } from "./document.js";
import { readJournal, writeJournal } from "./parts/part-journal.js";
import { INPUT_NAME } from "./parts/part-name.js";
import { isConcurrent, isLostRace, isMissing } from "./s3-failure.js";
import { encryption, type SidecarLocation } from "./store.js";

/** A sidecar's place, before any step. */
export type Place = Pick<SidecarLocation, "s3" | "bucket" | "txnId" | "layout" | "sse">;

/** In the journal, beside the steps: no step can have this name. */
export const START_ENTRY = "$start";

/** What the start keeps in the journal. */
export type StartEntry = Readonly<Record<string, string>>;

const MAX_ATTEMPTS = 5;

/**
 * Writes a sidecar that is not there yet, and never replaces one that is. The client sends a request again whose answer
 * was lost, so `exists` may also mean the own write.
 */
export const createSidecar = async (
  place: Place,
  text: string,
  entry: StartEntry = {},
): Promise<"created" | "exists"> => {
  const { s3, bucket, sse } = place;
  const command = new PutObjectCommand({
    Bucket: bucket,
    ...OBJECT[place.layout](place, text, entry),
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

/** Where the input goes, and the start's entry: in the one write there is. */
const OBJECT = {
  document: ({ txnId }: Place, text: string, entry: StartEntry) => ({ Key: txnId, Body: withStartEntry(text, entry) }),
  parts: ({ txnId }: Place, text: string, entry: StartEntry) => ({
    Key: inputKey(txnId),
    Body: text,
    ...(hasFields(entry) && { Metadata: writeJournal({ step: START_ENTRY, ...entry }) }),
  }),
};

const inputKey = (txnId: string): string => `${txnId}/${INPUT_NAME}`;

const hasFields = (entry: StartEntry): boolean => Object.keys(entry).length > 0;

/** As text: the input may be large, and has been through JSON once. */
const withStartEntry = (text: string, entry: StartEntry): string => {
  if (!hasFields(entry)) return text;
  const journal = JSON.stringify({ [JOURNAL_KEY]: { [START_ENTRY]: entry } });
  return text === "{}" ? journal : `${text.slice(0, -1)},${journal.slice(1)}`;
};

/** A sidecar as its start finds it again. */
export interface FoundSidecar {
  /** All that is there by now, or in the parts layout the input. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly start: Readonly<Record<string, unknown>>;
}

/** `undefined` where there is none. */
export const findSidecar = async ({ s3, bucket, txnId, layout }: Place): Promise<FoundSidecar | undefined> => {
  const Key = layout === "parts" ? inputKey(txnId) : txnId;
  const read = async () => {
    const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), Metadata };
  };
  const found = await read().catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  const { value, journal } = parseDocument(found.bytes, txnId);
  const beside = readJournal(found.Metadata);
  const start = layout === "document" ? journal[START_ENTRY] : beside === "malformed" ? undefined : beside;
  return { value, start: start ?? {} };
};
