import { Readable } from "node:stream";
import type { ListedObject, ObjectPort } from "./asl/index.js";
import { type S3, S3Error } from "./s3/index.js";

/** The embedded S3 as distributed Maps see it: in process, since the items of 100,000 children need no protocol. */
export function s3Objects(s3: Pick<S3, "openObject" | "putObject" | "listObjectsV2">): ObjectPort {
  return {
    read: async ({ bucket, key, versionId }) => {
      const opened = await s3.openObject(bucket, key, versionId === undefined ? {} : { versionId });
      if (opened === undefined) throw new S3Error("NoSuchKey", { details: { Key: key } });
      return opened.body;
    },
    list: (bucket, prefix) => listAll(s3, bucket, prefix),
    write: async ({ bucket, key }, body) => {
      const stream = Readable.from(body, { objectMode: false });
      await s3.putObject(bucket, key, stream, { contentType: "application/json" });
    },
  };
}

async function* listAll(s3: Pick<S3, "listObjectsV2">, bucket: string, prefix: string): AsyncGenerator<ListedObject> {
  let continuationToken: string | undefined;
  do {
    const page = s3.listObjectsV2(bucket, { prefix, ...(continuationToken !== undefined && { continuationToken }) });
    yield* page.contents;
    continuationToken = page.nextContinuationToken;
  } while (continuationToken !== undefined);
}
