import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { inTime } from "../in-time.js";
import { isMissing } from "../s3-failure.js";

/** A transaction's parts. */
export interface PartsPlace {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly txnId: string;
  readonly signal?: AbortSignal;
}

export const addressOf = ({ bucket, txnId }: PartsPlace, name: string) => ({ Bucket: bucket, Key: `${txnId}/${name}` });

/** @returns `undefined` where there is no such part */
export const requestPart = (place: PartsPlace, name: string) =>
  unlessMissing(() => inTime(place.signal, () => place.s3.send(new GetObjectCommand(addressOf(place, name)))));

/** @returns `undefined` where there is no such part */
export const requestHead = (place: PartsPlace, name: string) =>
  unlessMissing(() => inTime(place.signal, () => place.s3.send(new HeadObjectCommand(addressOf(place, name)))));

/** Names that begin so, in S3's order; `folders` are the beginnings up to the next `/`, where these are asked for. */
export interface NamesPage {
  readonly names: readonly string[];
  readonly folders: readonly string[];
  readonly next: string | undefined;
}

export interface NamesQuery {
  readonly prefix: string;
  /** Lists what lies below a folder as the folder alone. */
  readonly byFolder?: boolean;
  readonly token?: string | undefined;
}

export const requestNames = async (place: PartsPlace, query: NamesQuery): Promise<NamesPage> => {
  const { Bucket, Key } = addressOf(place, query.prefix);
  const command = new ListObjectsV2Command({
    Bucket,
    Prefix: Key,
    ...(query.byFolder && { Delimiter: "/" }),
    ...(query.token && { ContinuationToken: query.token }),
  });
  const {
    Contents = [],
    CommonPrefixes = [],
    NextContinuationToken,
  } = await inTime(place.signal, () => place.s3.send(command));
  const nameOf = (key = "") => key.slice(place.txnId.length + 1);
  return {
    names: Contents.map((object) => nameOf(object.Key)),
    folders: CommonPrefixes.map((folder) => nameOf(folder.Prefix)),
    next: NextContinuationToken,
  };
};

/** @returns `undefined` where S3 has no such object */
export const unlessMissing = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};
