import { listEntries } from "../list-entries.js";
import { OWNER } from "../owner.js";
import type { BucketRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { Bucket } from "../storage/bucket.js";
import type { VersionSummary } from "../storage/object-summary.js";
import type { XmlElement } from "../xml.js";
import { commonPrefixElements, objectElements } from "./list-objects.js";
import { type Encode, invalidParameter, keyEncoding, pageSize } from "./list-parameters.js";

interface ListedVersion {
  readonly key: string;
  readonly id: string;
  readonly version: VersionSummary;
  readonly isLatest: boolean;
}

function listedVersions({ versionedKeys, versions }: Bucket): readonly ListedVersion[] {
  return versionedKeys().flatMap((key) =>
    versions(key).map((version, index) => ({ key, id: version.versionId, version, isLatest: index === 0 })),
  );
}

function versionElement({ version, isLatest }: ListedVersion, encode: Encode): XmlElement {
  const common: readonly XmlElement[] = [
    ["Key", encode(version.key)],
    ["VersionId", version.versionId],
    ["IsLatest", isLatest],
    ["LastModified", new Date(version.lastModifiedMs).toISOString()],
    ["Owner", OWNER],
  ];
  if (version.isDeleteMarker) return ["DeleteMarker", common];
  return ["Version", [...common, ...objectElements(version), ["StorageClass", version.storageClass]]];
}

export const listObjectVersions: Operation<BucketRequest> = async ({ bucket, query }, { store }) => {
  const encode = keyEncoding(query);
  const limit = pageSize(query, "max-keys");
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") || undefined;
  const keyMarker = query.get("key-marker") || undefined;
  const idMarker = query.get("version-id-marker") || undefined;
  if (idMarker !== undefined && keyMarker === undefined) {
    throw invalidParameter(
      "version-id-marker",
      idMarker,
      "A version-id marker cannot be specified without a key marker.",
    );
  }
  const listing = { prefix, delimiter, keyMarker, idMarker, maxEntries: limit };
  const page = listEntries(listedVersions(store.bucket(bucket)), listing);
  return xmlResponse("ListVersionsResult", [
    ["Name", bucket],
    ["Prefix", encode(prefix)],
    ["KeyMarker", encode(keyMarker ?? "")],
    ["VersionIdMarker", idMarker ?? ""],
    ["NextKeyMarker", page.next && encode(page.next.key)],
    ["NextVersionIdMarker", page.next?.id],
    ["MaxKeys", limit],
    ["Delimiter", delimiter && encode(delimiter)],
    ["EncodingType", query.get("encoding-type") ?? undefined],
    ["IsTruncated", page.next !== undefined],
    ...page.entries.map((entry) => versionElement(entry, encode)),
    ...commonPrefixElements(page.commonPrefixes, encode),
  ]);
};
