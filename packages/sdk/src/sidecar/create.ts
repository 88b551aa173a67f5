import { setTimeout as sleepMs } from "node:timers/promises";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { JOURNAL_KEY } from "../names.js";
import { createBackoff } from "./backoff.js";
import { parseDocument, parseWhole } from "./document.js";
import { type Framed, frame } from "./frame.js";
import { members } from "./members.js";
import { readJournal, writeJournal } from "./parts/part-journal.js";
import { INPUT_NAME } from "./parts/part-name.js";
import { isConcurrent, isLostRace, isMissing } from "./s3-failure.js";
import { encryption, framedBody, getDocument, type SidecarLocation } from "./store.js";

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

/** Where the input goes, and the start's entry: in the one write there is. */
const OBJECT = {
  document: ({ txnId }: Place, text: string, entry: StartEntry) => ({
    Key: txnId,
    ...framedBody(frameDocument(withStartEntry(text, entry))),
  }),
  parts: ({ txnId }: Place, text: string, entry: StartEntry) => ({
    Key: inputKey(txnId),
    Body: text,
    ContentType: "application/json",
    ...(hasFields(entry) && { Metadata: writeJournal({ step: START_ENTRY, ...entry }) }),
  }),
};

/** The text is what `JSON.stringify` made of an object: it needs no check. */
const frameDocument = (text: string): Framed => {
  const bytes = Buffer.from(text);
  return frame(members(bytes).map(({ start, end }) => [bytes.subarray(start, end)]));
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
export const findSidecar = async (place: Place): Promise<FoundSidecar | undefined> =>
  FIND[place.layout](place).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });

const FIND = {
  document: async (place: Place): Promise<FoundSidecar> => {
    const { value, journal } = parseDocument(await getDocument(place), { txnId: place.txnId });
    return { value, start: journal[START_ENTRY] ?? {} };
  },
  parts: async ({ s3, bucket, txnId }: Place): Promise<FoundSidecar> => {
    const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: inputKey(txnId) }));
    const { value } = parseWhole((await Body?.transformToByteArray()) ?? new Uint8Array(), txnId);
    const start = readJournal(Metadata);
    return { value, start: start === "malformed" ? {} : (start ?? {}) };
  },
};
