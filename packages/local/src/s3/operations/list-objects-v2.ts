import { S3Error } from "../errors.js";
import { listObjects } from "../list-objects.js";
import { OWNER } from "../owner.js";
import type { BucketRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { ObjectRecord } from "../storage/object-file.js";
import type { XmlElement } from "../xml.js";

const MAX_KEYS = 1000;

function invalid(name: string, value: string, message: string): S3Error {
  return new S3Error("InvalidArgument", { message, details: { ArgumentName: name, ArgumentValue: value } });
}

function maxKeys(text: string | null): number {
  if (text === null || text === "") return MAX_KEYS;
  if (!/^\d{1,10}$/.test(text))
    throw invalid("max-keys", text, "Provided max-keys not an integer or within integer range");
  return Math.min(MAX_KEYS, Number(text));
}

const TOKEN_PREFIX = "1:";

function writeToken(after: string): string {
  return Buffer.from(TOKEN_PREFIX + after).toString("base64url");
}

function readToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (text.startsWith(TOKEN_PREFIX)) return text.slice(TOKEN_PREFIX.length);
  throw invalid("continuation-token", token, "The continuation token provided is incorrect");
}

type Encode = (text: string) => string;

/** Form encoding that leaves slashes, as `encoding-type=url` has it. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}

function encoding(type: string | null): Encode {
  if (type === null) return (text) => text;
  if (type === "url") return urlEncode;
  throw invalid("encoding-type", type, "Invalid Encoding Method specified in Request");
}

interface Presentation {
  readonly encode: Encode;
  readonly withOwner: boolean;
}

function contents(object: ObjectRecord, { encode, withOwner }: Presentation): XmlElement {
  return [
    "Contents",
    [
      ["Key", encode(object.key)],
      ["LastModified", new Date(object.lastModifiedMs).toISOString()],
      ["ETag", `"${object.etag}"`],
      ["ChecksumAlgorithm", object.checksum?.algorithm],
      ["ChecksumType", object.checksum && "FULL_OBJECT"],
      ["Size", object.sizeBytes],
      ["Owner", withOwner ? OWNER : undefined],
      ["StorageClass", object.headers["x-amz-storage-class"] ?? "STANDARD"],
    ],
  ];
}

export const listObjectsV2: Operation<BucketRequest> = async ({ bucket, query }, { store }) => {
  const { objects, keys } = store.bucket(bucket);
  const encode = encoding(query.get("encoding-type"));
  const encoded = (name: string) => (query.has(name) ? encode(query.get(name) ?? "") : undefined);
  const token = query.get("continuation-token");
  const limit = maxKeys(query.get("max-keys"));
  const page = listObjects(keys(), {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") || undefined,
    after: token === null ? (query.get("start-after") ?? undefined) : readToken(token),
    maxKeys: limit,
  });
  const presentation = { encode, withOwner: query.get("fetch-owner") === "true" };
  const listed = page.keys.flatMap((key) => objects.get(key) ?? []);
  return xmlResponse("ListBucketResult", [
    ["Name", bucket],
    ["Prefix", encoded("prefix") ?? ""],
    ["Delimiter", encoded("delimiter")],
    ["MaxKeys", limit],
    ["EncodingType", query.get("encoding-type") ?? undefined],
    ["KeyCount", page.keys.length + page.commonPrefixes.length],
    ["IsTruncated", page.nextAfter !== undefined],
    ["ContinuationToken", token ?? undefined],
    ["NextContinuationToken", page.nextAfter === undefined ? undefined : writeToken(page.nextAfter)],
    ["StartAfter", encoded("start-after")],
    ...listed.map((object) => contents(object, presentation)),
    ...page.commonPrefixes.map((prefix): XmlElement => ["CommonPrefixes", [["Prefix", encode(prefix)]]]),
  ]);
};
