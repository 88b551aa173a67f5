import { crc32 } from "node:zlib";
import { BUCKET, FROZEN_BUCKET } from "../names.mjs";

/**
 * The objects of all buckets, by `/<bucket>/<key>`. In the frozen one a write is held to its condition and dropped, so that every
 * read finds the same again and all rounds are alike.
 */
const objects = new Map();
let writes = 0;

/** Moves what a transaction has to the bucket where writes are dropped. */
export function freeze(txnId) {
  for (const [path, object] of [...objects]) {
    const [, bucket, ...key] = path.split("/");
    if (bucket !== BUCKET || key[0] !== txnId) continue;
    objects.delete(path);
    objects.set(`/${FROZEN_BUCKET}/${key.join("/")}`, object);
  }
}

/** S3's answer to one request: GET, HEAD, PUT of an object, and ListObjectsV2. Anything else is refused by name. */
export function answer({ method, url, headers, body }) {
  if (method === "GET" && url.searchParams.get("list-type") === "2") return list(url);
  const subresource = [...url.searchParams.keys()].find((name) => !["x-id", "versionId"].includes(name));
  const operation = subresource === undefined ? OPERATIONS[method] : undefined;
  if (operation === undefined) {
    return failure(
      501,
      "NotImplemented",
      `The stub knows no ${method} with '${subresource ?? ""}' of ${url.pathname}.`,
    );
  }
  return operation(decodeURIComponent(url.pathname), headers, body);
}

const OPERATIONS = { GET: read, HEAD: read, PUT: write };

function read(path, headers) {
  const object = objects.get(path);
  if (object === undefined) return failure(404, "NoSuchKey", "The specified key does not exist.");
  if (headers["if-none-match"] === object.headers.etag) return { status: 304, headers: { etag: object.headers.etag } };
  if (headers.range === undefined)
    return { status: 200, headers: { ...object.headers, "content-length": object.body.length }, body: object.body };
  return readRange(object, headers.range);
}

/** `bytes=<first>-[<last>]` or `bytes=-<suffix>`. A range has no checksum of its own. */
function readRange({ body, headers }, range) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const start = first === "" ? Math.max(0, body.length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? body.length : Math.min(body.length, Number(last) + 1);
  if (!(start < end)) return failure(416, "InvalidRange", "The requested range is not satisfiable");
  const { "x-amz-checksum-crc32": _, "x-amz-checksum-type": __, ...others } = headers;
  const part = body.subarray(start, end);
  const contentRange = `bytes ${start}-${end - 1}/${body.length}`;
  return {
    status: 206,
    headers: { ...others, "content-length": part.length, "content-range": contentRange },
    body: part,
  };
}

function write(path, headers, body) {
  const refusal = refused(objects.get(path), headers);
  if (refusal !== undefined) return refusal;
  writes += 1;
  const etag = `"${writes.toString(16).padStart(32, "0")}"`;
  if (!path.startsWith(`/${FROZEN_BUCKET}/`)) objects.set(path, written(body(), headers, etag));
  return { status: 200, headers: { etag } };
}

function refused(object, headers) {
  if (headers["if-none-match"] === "*" && object !== undefined) return PRECONDITION_FAILED;
  if (headers["if-match"] === undefined) return undefined;
  if (object === undefined) return failure(404, "NoSuchKey", "The specified key does not exist.");
  return headers["if-match"] === object.headers.etag ? undefined : PRECONDITION_FAILED;
}

const PRECONDITION_FAILED = failure(
  412,
  "PreconditionFailed",
  "At least one of the pre-conditions you specified did not hold",
);

function written(body, headers, etag) {
  const kept = Object.entries(headers).filter(([name]) => name === "content-type" || name.startsWith("x-amz-meta-"));
  return { body, headers: { ...Object.fromEntries(kept), ...describe(body), etag } };
}

/** S3 has a checksum of whatever a current client wrote, and the client verifies it when it reads. */
function describe(body) {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return {
    "content-type": "application/json",
    "last-modified": new Date().toUTCString(),
    "x-amz-checksum-crc32": checksum.toString("base64"),
    "x-amz-checksum-type": "FULL_OBJECT",
  };
}

function list(url) {
  const bucket = decodeURIComponent(url.pathname).replace(/\/$/, "");
  const prefix = url.searchParams.get("prefix") ?? "";
  const found = [...objects.entries()].filter(([path]) => path.startsWith(`${bucket}/${prefix}`));
  const contents = found.map(([path, { body, headers }]) => {
    const key = path.slice(bucket.length + 1);
    return `<Contents><Key>${key}</Key><ETag>${headers.etag}</ETag><Size>${body.length}</Size></Contents>`;
  });
  const text = `<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>${found.length}</KeyCount>${contents.sort().join("")}</ListBucketResult>`;
  return { status: 200, headers: { "content-type": "application/xml" }, body: Buffer.from(text) };
}

function failure(status, code, message) {
  const body = Buffer.from(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  return { status, headers: { "content-type": "application/xml" }, body };
}
