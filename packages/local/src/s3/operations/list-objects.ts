import { listObjects as pageOf } from "../list-objects.js";
import { OWNER } from "../owner.js";
import type { BucketRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { ObjectSummary } from "../storage/object-summary.js";
import type { XmlElement } from "../xml.js";
import { type Encode, keyEncoding, pageSize } from "./list-parameters.js";

interface Presentation {
  readonly encode: Encode;
  readonly withOwner: boolean;
}

/** What every listing says of an object besides its key and date. */
export function objectElements(object: ObjectSummary): readonly XmlElement[] {
  return [
    ["ETag", `"${object.etag}"`],
    ["ChecksumAlgorithm", object.checksumAlgorithm],
    ["ChecksumType", object.checksumType],
    ["Size", object.sizeBytes],
  ];
}

export function contentsElement(object: ObjectSummary, { encode, withOwner }: Presentation): XmlElement {
  return [
    "Contents",
    [
      ["Key", encode(object.key)],
      ["LastModified", new Date(object.lastModifiedMs).toISOString()],
      ...objectElements(object),
      ["Owner", withOwner ? OWNER : undefined],
      ["StorageClass", object.storageClass],
    ],
  ];
}

export function commonPrefixElements(prefixes: readonly string[], encode: Encode): readonly XmlElement[] {
  return prefixes.map((prefix): XmlElement => ["CommonPrefixes", [["Prefix", encode(prefix)]]]);
}

/** The older ListObjects, which AWS still serves: it goes on from a key, not from a token. */
export const listObjects: Operation<BucketRequest> = async ({ bucket, query }, { store }) => {
  const { current, keys } = store.bucket(bucket);
  const encode = keyEncoding(query);
  const limit = pageSize(query, "max-keys");
  const delimiter = query.get("delimiter") || undefined;
  const prefix = query.get("prefix") ?? "";
  const marker = query.get("marker") ?? "";
  const page = pageOf(keys(), { prefix, delimiter, after: marker || undefined, maxKeys: limit });
  const listed = page.keys.flatMap((key) => current(key) ?? []);
  // Without a delimiter the last key of the page says where to go on.
  const next = delimiter === undefined ? undefined : page.nextAfter;
  return xmlResponse("ListBucketResult", [
    ["Name", bucket],
    ["Prefix", encode(prefix)],
    ["Marker", encode(marker)],
    ["NextMarker", next && encode(next)],
    ["Delimiter", delimiter && encode(delimiter)],
    ["MaxKeys", limit],
    ["EncodingType", query.get("encoding-type") ?? undefined],
    ["IsTruncated", page.nextAfter !== undefined],
    ...listed.map((object) => contentsElement(object, { encode, withOwner: true })),
    ...commonPrefixElements(page.commonPrefixes, encode),
  ]);
};
