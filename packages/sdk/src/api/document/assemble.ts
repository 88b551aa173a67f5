import { Readable } from "node:stream";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { parseWhole } from "../../sidecar/document.js";
import { inTime } from "../../sidecar/in-time.js";
import { layoutOfKey, txnIdOfKey } from "../../sidecar/layout.js";
import { assembleParts } from "../../sidecar/parts/assemble-parts.js";
import { noSidecar } from "../../sidecar/parts/join-parts.js";
import { type PartsPlace, unlessMissing } from "../../sidecar/parts/part-requests.js";
import { streamParts } from "../../sidecar/parts/stream-parts.js";

/** Where {@link assemble} finds sidecars. */
export interface AssembleOptions {
  /** Bucket of the sidecars. */
  readonly bucketName: string;
  /** Default: a client of the AWS SDK's default chain. */
  readonly s3?: S3Client;
  /** Gives the requests up. */
  readonly signal?: AbortSignal;
}

/**
 * Reads the whole document of a transaction, in whichever layout it lies: the input's keys, each output, and the journal
 * under `$sfs3`. Parts are fetched 16 at a time; an item of a Map that is missing is null.
 *
 * Rejects with `S3DataPreconditionError` where there is no sidecar, with `SidecarCorruptError` for what no document can
 * be made of, and with what S3 answers.
 *
 * @param processData the sidecar's key, as the state payload has it: `<transaction id>`, in the parts layout `<transaction id>/`
 *
 * @example
 * ```ts
 * import { assemble } from "@sfs3/sdk/api";
 *
 * const document = await assemble("0x58fe985b67000000/", { bucketName: "sidecars" });
 * console.log(document["charge-output"]);
 * ```
 */
export const assemble = async (processData: string, options: AssembleOptions): Promise<Record<string, unknown>> => {
  const place = placeOf(processData, options);
  const bytes = layoutOfKey(processData) === "parts" ? await assembleParts(place) : await wholeObject(place);
  const { value, journal } = parseWhole(bytes, place.txnId);
  return Object.keys(journal).length === 0 ? value : { ...value, $sfs3: journal };
};

/**
 * The whole document of a transaction as a stream of JSON text, for one that is too large to hold. In the parts layout
 * the input, the journal's entries and at most 16 items are held at a time; what outputs hold is passed on unparsed.
 *
 * The stream fails as {@link assemble} rejects.
 *
 * @param processData the sidecar's key, as the state payload has it
 *
 * @example
 * ```ts
 * import { createWriteStream } from "node:fs";
 * import { pipeline } from "node:stream/promises";
 * import { assembleStream } from "@sfs3/sdk/api";
 *
 * await pipeline(assembleStream("0x58fe985b67000000/", { bucketName: "sidecars" }), createWriteStream("document.json"));
 * ```
 */
export const assembleStream = (processData: string, options: AssembleOptions): Readable => {
  const place = placeOf(processData, options);
  const bytes = layoutOfKey(processData) === "parts" ? streamParts(place) : objectOf(place);
  return Readable.from(bytes, { objectMode: false });
};

const placeOf = (processData: string, { bucketName, s3 = new S3Client(), signal }: AssembleOptions): PartsPlace => ({
  s3,
  bucket: bucketName,
  txnId: txnIdOfKey(processData),
  ...(signal && { signal }),
});

async function* objectOf(place: PartsPlace) {
  const answer = await getObject(place);
  if (answer?.Body === undefined) throw noSidecar(place.txnId);
  yield* answer.Body as unknown as AsyncIterable<Uint8Array>;
}

const wholeObject = async (place: PartsPlace): Promise<Uint8Array> => {
  const bytes = await (await getObject(place))?.Body?.transformToByteArray();
  if (bytes === undefined) throw noSidecar(place.txnId);
  return bytes;
};

const getObject = (place: PartsPlace) =>
  unlessMissing(() => {
    const command = new GetObjectCommand({ Bucket: place.bucket, Key: place.txnId });
    return inTime(place.signal, () => place.s3.send(command));
  });
