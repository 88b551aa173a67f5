import { checksumHeaders } from "../checksums.js";
import { checkRead } from "../conditions.js";
import { partRange } from "../part-range.js";
import { type ByteRange, requestedRange } from "../range.js";
import type { ObjectRequest, Operation, S3Response } from "../server/request.js";
import { bodyStream } from "../storage/body-stream.js";
import type { Bucket } from "../storage/bucket.js";
import type { ObjectRecord } from "../storage/object-version.js";
import { readVersionId, versionHeaders } from "../version-id.js";

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

/** Which bytes are asked for, and what says of which part they are. */
interface Selection {
  readonly range?: ByteRange | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

function select({ headers, query }: ObjectRequest, object: ObjectRecord): Selection {
  const isChecked = headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED";
  const partNumber = query.get("partNumber");
  if (partNumber !== null) return partRange(object, { partNumber, range: headers.range, isChecked });
  const range = requestedRange(headers.range, object.sizeBytes);
  return { range, headers: isChecked && range === undefined ? checksumHeaders(object.checksum) : {} };
}

function tagCount({ tags }: ObjectRecord): Record<string, string> {
  const count = Object.keys(tags ?? {}).length;
  return count === 0 ? {} : { "x-amz-tagging-count": String(count) };
}

function describe(request: ObjectRequest, object: ObjectRecord, bucket: Bucket): S3Response & { range?: ByteRange } {
  const validators = {
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.lastModifiedMs).toUTCString(),
    ...versionHeaders(bucket, object),
  };
  checkRead(request.headers, object, validators);
  const { range, headers: selected } = select(request, object);
  const headers = {
    "accept-ranges": "bytes",
    ...object.headers,
    ...tagCount(object),
    ...overrides(request.query),
    ...validators,
    ...selected,
    "content-length": String(range ? range.end - range.start + 1 : object.sizeBytes),
  };
  if (range === undefined) return { status: 200, headers };
  const contentRange = `bytes ${range.start}-${range.end}/${object.sizeBytes}`;
  return { status: 206, headers: { ...headers, "content-range": contentRange }, range };
}

/** GetObject and HeadObject, which is the same without a body. */
export const getObject: Operation<ObjectRequest> = async (request, { store }) => {
  const { bucket, key, method, query } = request;
  const address = { bucket, key, versionId: readVersionId(query.get("versionId")) };
  const found = store.bucket(bucket);
  if (method === "HEAD") {
    const { status, headers } = describe(request, store.objects.head(address), found);
    return { status, headers };
  }
  const object = await store.objects.open(address);
  try {
    const { range, ...response } = describe(request, object.record, found);
    return { ...response, body: bodyStream(object, range) };
  } catch (error) {
    await object.file.close();
    throw error;
  }
};
