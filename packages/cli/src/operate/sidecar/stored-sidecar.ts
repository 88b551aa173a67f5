import { JOURNAL_KEY } from "@sfs3/sdk/flow";
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
  /** As they lie in S3. */
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
 * Reads a sidecar.
 *
 * @param versionId which version of it; the current one by default
 * @throws `CliError` where there is none, or what lies there is none
 */
export const readSidecar = async (place: SidecarPlace, versionId?: string): Promise<StoredSidecar> =>
  parseSidecar(await readBytes(place, versionId), place.txnId);

/** @throws `CliError` where there is no such object */
export async function readBytes({ aws, bucket, txnId }: SidecarPlace, versionId?: string): Promise<Buffer> {
  const what = `The sidecar ${txnId} in bucket ${bucket} cannot be read`;
  const bytes = await requestUnless(aws, ["NoSuchKey"], what, async (options) => {
    const { Body } = await aws.s3.getObject({ Bucket: bucket, Key: txnId, VersionId: versionId }, options);
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  });
  if (bytes !== undefined) return bytes;
  throw new CliError(`There is no sidecar ${txnId} in bucket ${bucket}. Check the id, --bucket and --endpoint.`);
}

function parseSidecar(bytes: Buffer, txnId: string): StoredSidecar {
  const { [JOURNAL_KEY]: journal = {}, ...data } = parseObject(bytes, txnId);
  if (!isObject(journal) || !Object.values(journal).every(isObject)) throw corrupt(txnId, "holds a malformed journal");
  return { bytes, data, journal: journal as StoredSidecar["journal"] };
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
