import { listObjects, readToken, writeToken } from "../list-objects.js";
import type { BucketRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import { commonPrefixElements, contentsElement } from "./list-objects.js";
import { keyEncoding, pageSize } from "./list-parameters.js";

export const listObjectsV2: Operation<BucketRequest> = async ({ bucket, query }, { store }) => {
  const { current, keys } = store.bucket(bucket);
  const encode = keyEncoding(query);
  const encoded = (name: string) => (query.has(name) ? encode(query.get(name) ?? "") : undefined);
  const token = query.get("continuation-token");
  const limit = pageSize(query, "max-keys");
  const page = listObjects(keys(), {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") || undefined,
    after: token === null ? (query.get("start-after") ?? undefined) : readToken(token),
    maxKeys: limit,
  });
  const presentation = { encode, withOwner: query.get("fetch-owner") === "true" };
  const listed = page.keys.flatMap((key) => current(key) ?? []);
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
    ...listed.map((object) => contentsElement(object, presentation)),
    ...commonPrefixElements(page.commonPrefixes, encode),
  ]);
};
