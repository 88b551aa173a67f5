import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Sfs3Error } from "../../errors.js";
import { isLostRace, isMissing, isUnavailable } from "../s3-failure.js";
import { conflict, encryption, type SidecarLocation, unavailable, unconditional } from "../store.js";
import { corruptPart } from "./parse-part.js";
import { type PartJournal, readJournal } from "./part-journal.js";

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

interface Answer {
  readonly ETag?: string | undefined;
  readonly ContentLength?: number | undefined;
  readonly Metadata?: Record<string, string> | undefined;
}

const addressOf = ({ bucket, txnId }: SidecarLocation, name: string) => ({ Bucket: bucket, Key: `${txnId}/${name}` });

/** @returns `undefined` where there is no such part */
export const getPart = async (location: SidecarLocation, name: string): Promise<Part | undefined> =>
  asked(location, async () => {
    const command = new GetObjectCommand(addressOf(location, name));
    const answer = await location.s3.send(command, { abortSignal: location.signal });
    const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    return { name, bytes, standing: standingOf(location, name, { ...answer, ContentLength: bytes.length }) };
  });

/** @returns `undefined` where there is no such part */
export const headPart = async (location: SidecarLocation, name: string): Promise<Standing | undefined> =>
  asked(location, async () => {
    const command = new HeadObjectCommand(addressOf(location, name));
    return standingOf(location, name, await location.s3.send(command, { abortSignal: location.signal }));
  });

/**
 * Writes a part that is not there yet, or replaces exactly the version that stood.
 *
 * @returns the failure that leaves the part, or the knowledge of it, as it was; `undefined` when written
 */
export const putPart = async (
  location: SidecarLocation,
  { name, body, metadata }: { readonly name: string; readonly body: string; readonly metadata: Record<string, string> },
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
    await location.s3.send(command, { abortSignal: location.signal });
    return undefined;
  } catch (error) {
    if (isLostRace(error)) return conflict(location, error);
    if (isUnavailable(error)) return unavailable("write", location, error);
    throw error;
  }
};

/** The names of the parts that begin so, in S3's order; a page of 1,000 at a time. */
export async function* listParts(location: SidecarLocation, prefix: string): AsyncGenerator<string, void, undefined> {
  const { Bucket, Key } = addressOf(location, prefix);
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket, Prefix: Key, ...(token && { ContinuationToken: token }) });
    const page = await asked(location, () => location.s3.send(command, { abortSignal: location.signal }));
    for (const { Key: key = "" } of page?.Contents ?? []) yield key.slice(location.txnId.length + 1);
    token = page?.NextContinuationToken;
  } while (token !== undefined);
}

const asked = async <T>(location: SidecarLocation, ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error)) return undefined;
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
