import { Readable } from "node:stream";
import type { ListedObject, ObjectPort } from "./asl/index.js";
import { type S3, S3Error } from "./s3/index.js";

type Objects = Pick<S3, "openObject" | "putObject" | "listObjectsV2">;

/** The embedded S3 as distributed Maps see it: in process, since the items of 100,000 children need no protocol. */
export const s3Objects = (s3: Objects): ObjectPort => ({
  read: ({ bucket, key, versionId }) =>
    named(async () => {
      const opened = await s3.openObject(bucket, key, versionId === undefined ? {} : { versionId });
      if (opened === undefined) throw new S3Error("NoSuchKey", { details: { Key: key } });
      return opened.body;
    }),
  list: (bucket, prefix) => listAll(s3, bucket, prefix),
  write: ({ bucket, key }, body) =>
    named(async () => {
      const stream = Readable.from(body, { objectMode: false });
      await s3.putObject(bucket, key, stream, { contentType: "application/json" });
    }),
});

async function* listAll(s3: Objects, bucket: string, prefix: string): AsyncGenerator<ListedObject> {
  let continuationToken: string | undefined;
  do {
    const options = { prefix, ...(continuationToken !== undefined && { continuationToken }) };
    const page = await named(async () => s3.listObjectsV2(bucket, options));
    yield* page.contents;
    continuationToken = page.nextContinuationToken;
  } while (continuationToken !== undefined);
}

/** An S3Error has its code beside its name; over the wire, and to a Map, the code is the name. */
async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    throw Object.assign(new Error(error.message, { cause: error }), { name: error.code });
  }
}
