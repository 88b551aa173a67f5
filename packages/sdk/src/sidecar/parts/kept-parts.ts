import { GetObjectCommand } from "@aws-sdk/client-s3";
import { collect } from "../collect.js";
import { inTime } from "../in-time.js";
import { isMissing, isUnavailable } from "../s3-failure.js";
import { type SidecarLocation, unavailable } from "../store.js";
import { type JsonBytes, jsonBytes } from "./json-bytes.js";
import { parsePart } from "./parse-part.js";

/** A part as a container keeps it from one item to the next. */
export interface KeptPart {
  readonly etag: string | undefined;
  readonly json: JsonBytes;
}

/** What a container keeps in all. Unit: bytes. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/** By address, the one that was asked for last at the end. */
const kept = new Map<string, KeptPart>();

/**
 * A part that many invocations of a container read, each a piece of it: its bytes are kept, and S3 is asked whether they
 * are still the same.
 *
 * @returns `undefined` where there is no such part
 */
export const keptPart = async (location: SidecarLocation, name: string): Promise<KeptPart | undefined> => {
  const address = { Bucket: location.bucket, Key: `${location.txnId}/${name}` };
  const id = JSON.stringify(address);
  const known = kept.get(id);
  const found = await changedPart(location, { address, name, known });
  kept.delete(id);
  if (found !== undefined) keep(id, found);
  return found;
};

interface Asked {
  readonly address: { readonly Bucket: string; readonly Key: string };
  readonly name: string;
  readonly known: KeptPart | undefined;
}

const changedPart = async (
  location: SidecarLocation,
  { address, name, known }: Asked,
): Promise<KeptPart | undefined> => {
  const { s3, signal, txnId } = location;
  const condition = known?.etag === undefined ? {} : { IfNoneMatch: known.etag };
  try {
    const command = new GetObjectCommand({ ...address, ...condition });
    const { bytes, etag } = await inTime(signal, async () => {
      const answer = await s3.send(command);
      return { bytes: await collect(answer), etag: answer.ETag };
    });
    // Pieces are found by their boundaries, which only valid JSON has.
    parsePart({ name, bytes }, txnId);
    return { etag, json: jsonBytes(bytes) };
  } catch (error) {
    if (isNotModified(error)) return known;
    if (isMissing(error)) return undefined;
    throw isUnavailable(error) ? unavailable("read", location, error) : error;
  }
};

/** S3 answers 304 without a body, of which the client makes an error. */
const isNotModified = (error: unknown): boolean =>
  error instanceof Error &&
  (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode === 304;

const keep = (id: string, part: KeptPart): void => {
  if (part.json.sizeBytes > MAX_KEPT_BYTES) return;
  kept.set(id, part);
  let total = [...kept.values()].reduce((sum, { json }) => sum + json.sizeBytes, 0);
  for (const [oldest, { json }] of kept) {
    if (total <= MAX_KEPT_BYTES) return;
    kept.delete(oldest);
    total -= json.sizeBytes;
  }
};
