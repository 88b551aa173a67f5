import { checksumHeaders } from "../checksums.js";
import { checkRead } from "../conditions.js";
import { type ByteRange, requestedRange } from "../range.js";
import type { ObjectRequest, Operation, S3Response } from "../server/request.js";
import { bodyStream } from "../storage/body-stream.js";
import type { ObjectRecord } from "../storage/object-file.js";

const OVERRIDES = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** What `response-content-type` and its like put in place of the object's own headers. */
function overrides(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    OVERRIDES.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function describe(request: ObjectRequest, object: ObjectRecord): Omit<S3Response, "body"> & { range?: ByteRange } {
  const validators = {
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.lastModifiedMs).toUTCString(),
  };
  checkRead(request.headers, object, validators);
  const range = requestedRange(request.headers.range, object.sizeBytes);
  const withChecksum = request.headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED" && range === undefined;
  const headers = {
    "accept-ranges": "bytes",
    ...object.headers,
    ...overrides(request.query),
    ...validators,
    ...(withChecksum ? checksumHeaders(object.checksum) : {}),
    "content-length": String(range ? range.end - range.start + 1 : object.sizeBytes),
  };
  if (range === undefined) return { status: 200, headers };
  const contentRange = `bytes ${range.start}-${range.end}/${object.sizeBytes}`;
  return { status: 206, headers: { ...headers, "content-range": contentRange }, range };
}

/** GetObject and HeadObject, which is the same without a body. */
export const getObject: Operation<ObjectRequest> = async (request, { store }) => {
  const { bucket, key, method } = request;
  if (method === "HEAD") {
    const { status, headers } = describe(request, store.head(bucket, key));
    return { status, headers };
  }
  const object = await store.open(bucket, key);
  try {
    const { range, ...response } = describe(request, object.record);
    return { ...response, body: bodyStream(object, range) };
  } catch (error) {
    await object.file.close();
    throw error;
  }
};
