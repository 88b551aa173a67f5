import { buffer } from "node:stream/consumers";
import { JOURNAL_KEY, sidecarKey } from "@sfs3/sdk/flow";
import { CliError } from "../../cli-error.js";
import { type Aws, requestUnless } from "../aws.js";

/** A transaction's place. */
export interface SidecarPlace {
  readonly aws: Aws;
  readonly bucket: string;
  readonly txnId: string;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** A sidecar, as it is or as it was in one of its versions. */
export interface StoredSidecar {
  readonly layout: "document" | "parts";
  /** As they lie in S3; of parts, the document that they make. */
  readonly bytes: Buffer;
  /** The data: all but the journal. */
  readonly data: JsonObject;
  /** By step, with the item's index where a Map has several: `line[3]`. */
  readonly journal: Readonly<Record<string, JournalEntry>>;
}

/** What a step has noted of its commit; what its payload did not say is absent. */
export interface JournalEntry {
  readonly execution?: string;
  readonly state?: string;
  readonly enteredAt?: string;
  readonly item?: number;
  readonly attempt?: number;
  readonly committedAt?: string;
  readonly durationMs?: number;
  readonly round?: number;
}

/**
 * Reads a sidecar, in whichever layout it lies.
 *
 * @throws `CliError` where there is none, or what lies there is none
 */
export async function readSidecar(place: SidecarPlace): Promise<StoredSidecar> {
  const document = await readObject(place);
  if (document !== undefined) return parseSidecar(document, place.txnId, "document");
  return parseSidecar(await readParts(place), place.txnId, "parts");
}

/**
 * Reads the bytes of a sidecar that may be none; of one that lies in parts, its document.
 *
 * @throws `CliError` where there is none
 */
export const readBytes = async (place: SidecarPlace): Promise<Buffer> =>
  (await readObject(place)) ?? (await readParts(place));

/** @throws `CliError` where there is no such version */
export async function readVersion(place: SidecarPlace, { key, versionId }: ObjectVersion): Promise<Buffer> {
  const bytes = await readObject(place, { key, versionId });
  if (bytes !== undefined) return bytes;
  throw new CliError(`Version ${versionId} of ${key} is kept no more in bucket ${place.bucket}.`);
}

export interface ObjectVersion {
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** `undefined` where there is no such object. */
async function readObject(
  { aws, bucket, txnId }: SidecarPlace,
  { key, versionId }: ObjectVersion = { key: txnId },
): Promise<Buffer | undefined> {
  const what = `${key} in bucket ${bucket} cannot be read`;
  return requestUnless(aws, ["NoSuchKey"], what, async (options) => {
    const { Body } = await aws.s3.getObject({ Bucket: bucket, Key: key, VersionId: versionId }, options);
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  });
}

async function readParts({ aws, bucket, txnId }: SidecarPlace): Promise<Buffer> {
  const { assembleStream } = await import("@sfs3/sdk/api");
  const what = `The parts of sidecar ${txnId} in bucket ${bucket} cannot be read`;
  const bytes = await requestUnless(aws, ["S3DataPreconditionError"], what, ({ abortSignal: signal }) =>
    buffer(assembleStream(sidecarKey(txnId, "parts"), { bucketName: bucket, s3: aws.s3, signal })),
  );
  if (bytes !== undefined) return bytes;
  throw new CliError(`There is no sidecar ${txnId} in bucket ${bucket}. Check the id, --bucket and --endpoint.`);
}

export function parseSidecar(bytes: Buffer, txnId: string, layout: StoredSidecar["layout"]): StoredSidecar {
  const { [JOURNAL_KEY]: journal = {}, ...data } = parseObject(bytes, txnId);
  if (!isObject(journal) || !Object.values(journal).every(isObject)) throw corrupt(txnId, "holds a malformed journal");
  return { layout, bytes, data, journal: journal as StoredSidecar["journal"] };
}

function parseObject(bytes: Buffer, txnId: string): JsonObject {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (isObject(value)) return value;
  } catch {
    // No cause: the parser's message quotes the data.
    throw corrupt(txnId, "is not JSON");
  }
  throw corrupt(txnId, "is not a JSON object");
}

const corrupt = (txnId: string, what: string): CliError =>
  new CliError(`The sidecar ${txnId} ${what}. Look at it as it lies: sfs3 show ${txnId} --raw --reveal`);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
