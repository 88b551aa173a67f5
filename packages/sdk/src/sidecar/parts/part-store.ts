import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Sfs3Error } from "../../errors.js";
import { collect } from "../collect.js";
import { inTime } from "../in-time.js";
import { isLostRace, isUnavailable } from "../s3-failure.js";
import { conflict, encryption, type SidecarLocation, unavailable, unconditional } from "../store.js";
import { corruptPart } from "./parse-part.js";
import { type PartJournal, readJournal } from "./part-journal.js";
import { addressOf, type NamesPage, type NamesQuery, requestHead, requestNames, requestPart } from "./part-requests.js";

/** One version of a part, without its bytes: what decides who may write the next. */
export interface Standing {
  readonly etag: string;
  readonly sizeBytes: number;
  /** `undefined` where another hand than a step's has written it. */
  readonly journal: PartJournal | undefined;
}

export interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly standing: Standing;
}

/** A part as it is written. */
export interface PartBody {
  readonly name: string;
  /** Bytes: of a text the client would make them more than once, to count, to sign and to send them. */
  readonly body: Buffer;
  readonly metadata: Record<string, string>;
}

interface Answer {
  readonly ETag?: string | undefined;
  readonly ContentLength?: number | undefined;
  readonly Metadata?: Record<string, string> | undefined;
}

/** @returns `undefined` where there is no such part */
export const getPart = (location: SidecarLocation, name: string): Promise<Part | undefined> =>
  asked(location, async () => {
    const answer = await requestPart(location, name);
    if (answer === undefined) return undefined;
    const bytes = await inTime(location.signal, () => collect(answer));
    return { name, bytes, standing: standingOf(location, name, { ...answer, ContentLength: bytes.length }) };
  });

/** @returns `undefined` where there is no such part */
export const headPart = (location: SidecarLocation, name: string): Promise<Standing | undefined> =>
  asked(location, async () => {
    const answer = await requestHead(location, name);
    return answer && standingOf(location, name, answer);
  });

/**
 * Writes a part that is not there yet, or replaces exactly the version that stood.
 *
 * @returns the failure that leaves the part, or the knowledge of it, as it was; `undefined` when written
 */
export const putPart = async (
  location: SidecarLocation,
  { name, body, metadata }: PartBody,
  standing: Standing | undefined,
): Promise<Sfs3Error | undefined> => {
  const command = new PutObjectCommand({
    ...addressOf(location, name),
    Body: body,
    ContentType: "application/json",
    Metadata: metadata,
    ...(standing === undefined ? { IfNoneMatch: "*" } : { IfMatch: standing.etag }),
    ...encryption(location.sse),
  });
  try {
    await inTime(location.signal, () => location.s3.send(command));
    return undefined;
  } catch (error) {
    if (isLostRace(error)) return conflict(location, error);
    if (isUnavailable(error)) return unavailable("write", location, error);
    throw error;
  }
};

/** Page by page, as they are needed. */
export async function* listParts(
  location: SidecarLocation,
  query: Omit<NamesQuery, "token">,
): AsyncGenerator<NamesPage, void, undefined> {
  let token: string | undefined;
  do {
    const page = await asked(location, () => requestNames(location, { ...query, token }));
    yield page;
    token = page.next;
  } while (token !== undefined);
}

const asked = async <T>(location: SidecarLocation, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    throw isUnavailable(error) ? unavailable("read", location, error) : error;
  }
};

const standingOf = (location: SidecarLocation, name: string, answer: Answer): Standing => {
  const { ETag: etag, ContentLength: sizeBytes = 0, Metadata } = answer;
  if (etag === undefined) throw unconditional(location);
  const journal = readJournal(Metadata);
  if (journal === "malformed") throw corruptPart(location.txnId, name, "has a malformed journal entry");
  return { etag, sizeBytes, journal: journal as PartJournal | undefined };
};
