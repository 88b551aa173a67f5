import { listEntries } from "../list-entries.js";
import { OWNER } from "../owner.js";
import type { BucketRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import { type Bucket, compareKeys } from "../storage/bucket.js";
import type { UploadRecord } from "../storage/upload.js";
import type { XmlElement } from "../xml.js";
import { commonPrefixElements } from "./list-objects.js";
import { type Encode, keyEncoding, pageSize } from "./list-parameters.js";

function listedUploads({ uploads }: Bucket) {
  return [...uploads.values()]
    .map(({ record }) => ({ key: record.key, id: record.uploadId, record }))
    .sort((a, b) => compareKeys(a.key, b.key) || a.record.initiatedMs - b.record.initiatedMs);
}

function uploadElement({ key, uploadId, initiatedMs, headers, checksum }: UploadRecord, encode: Encode): XmlElement {
  return [
    "Upload",
    [
      ["Key", encode(key)],
      ["UploadId", uploadId],
      ["Initiator", OWNER],
      ["Owner", OWNER],
      ["StorageClass", headers["x-amz-storage-class"] ?? "STANDARD"],
      ["Initiated", new Date(initiatedMs).toISOString()],
      ["ChecksumAlgorithm", checksum?.algorithm],
      ["ChecksumType", checksum?.type],
    ],
  ];
}

export const listMultipartUploads: Operation<BucketRequest> = async ({ bucket, query }, { store }) => {
  const encode = keyEncoding(query);
  const limit = pageSize(query, "max-uploads");
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") || undefined;
  const keyMarker = query.get("key-marker") || undefined;
  // As on AWS, an upload is a marker only together with its key.
  const idMarker = keyMarker === undefined ? undefined : query.get("upload-id-marker") || undefined;
  const listing = { prefix, delimiter, keyMarker, idMarker, maxEntries: limit };
  const page = listEntries(listedUploads(store.bucket(bucket)), listing);
  return xmlResponse("ListMultipartUploadsResult", [
    ["Bucket", bucket],
    ["KeyMarker", encode(keyMarker ?? "")],
    ["UploadIdMarker", idMarker ?? ""],
    ["NextKeyMarker", page.next && encode(page.next.key)],
    ["NextUploadIdMarker", page.next?.id],
    ["Prefix", encode(prefix)],
    ["Delimiter", delimiter && encode(delimiter)],
    ["EncodingType", query.get("encoding-type") ?? undefined],
    ["MaxUploads", limit],
    ["IsTruncated", page.next !== undefined],
    ...page.entries.map(({ record }) => uploadElement(record, encode)),
    ...commonPrefixElements(page.commonPrefixes, encode),
  ]);
};
