import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { isObject } from "../../json-object.js";
import { isLostRace, isMissing } from "../../sidecar/s3-failure.js";
import { encryption } from "../../sidecar/store.js";
import type { StepOptions } from "../../step.js";
import { NotYetError } from "./not-yet-error.js";

/** Where it stands who announces an end. A sidecar's key has no slash. */
export interface Mark {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly sse: StepOptions["sse"];
}

/** One event's attempt to be the one that announces. */
export interface Claimant {
  readonly id: string;
  /** Unit: milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Longer than publishing may take, shorter than the minute after which Lambda tries a failed event again. Unit:
 * milliseconds.
 */
export const LEASE_MS = 30_000;

/** A claim that stands: the version of the mark that says so. */
export interface Claim {
  readonly etag: string;
}

/**
 * Takes it upon itself to announce: the first of several events of one end does, the others are held off until it has
 * published or its time is over.
 *
 * @returns the claim; `undefined` where the end has been announced
 * @throws NotYetError while another claimant may still do it
 */
export const claim = async (mark: Mark, claimant: Claimant): Promise<Claim | undefined> => {
  const first = await write(mark, claimed(claimant), { IfNoneMatch: "*" });
  if (first !== undefined) return first;
  const standing = await read(mark);
  if (standing?.state === "published") return undefined;
  // The client sends a request again whose answer was lost, and then meets itself.
  if (standing?.claimant === claimant.id) return standing;
  const isOver = standing !== undefined && standing.untilMs <= claimant.now();
  const taken = isOver ? await write(mark, claimed(claimant), { IfMatch: standing.etag }) : undefined;
  if (taken !== undefined) return taken;
  throw new NotYetError(`Another event is announcing ${mark.key}.`);
};

/** For good: no other event of this end announces it. */
export const markPublished = async (mark: Mark): Promise<void> => {
  await write(mark, { state: "published" }, {});
};

/** So that the next event need not wait. A claim whose time was over may be another's by now, and stays. */
export const release = async (mark: Mark, { etag }: Claim): Promise<void> => {
  await write(mark, { state: "released", untilMs: 0 }, { IfMatch: etag });
};

interface Standing extends Claim {
  readonly state: unknown;
  readonly claimant: unknown;
  readonly untilMs: number;
}

const claimed = ({ id, now }: Claimant) => ({ state: "claimed", claimant: id, untilMs: now() + LEASE_MS });

type Condition = { readonly IfNoneMatch?: string; readonly IfMatch?: string };

/** @returns `undefined` where the condition does not hold */
const write = async (
  { s3, bucket, key, sse }: Mark,
  value: object,
  condition: Condition,
): Promise<Claim | undefined> => {
  const body = { Body: JSON.stringify(value), ContentType: "application/json" };
  try {
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, ...body, ...condition, ...encryption(sse) });
    const { ETag: etag = "" } = await s3.send(command);
    return { etag };
  } catch (error) {
    if (isLostRace(error) && Object.keys(condition).length > 0) return undefined;
    throw error;
  }
};

/** `undefined` where there is none, or none any more. */
const read = async ({ s3, bucket, key }: Mark): Promise<Standing | undefined> => {
  try {
    const { Body, ETag: etag = "" } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const value: unknown = JSON.parse((await Body?.transformToString()) ?? "");
    const { state, claimant, untilMs } = isObject(value) ? value : {};
    return { state, claimant, untilMs: Number(untilMs), etag };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};
