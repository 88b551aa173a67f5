import { checksumElements } from "../checksums.js";
import { OWNER } from "../owner.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { PartRecord } from "../storage/upload.js";
import { uploadAddress } from "../upload-request.js";
import type { XmlElement } from "../xml.js";
import { keyEncoding, pageSize, partMarker } from "./list-parameters.js";

function partElement({ partNumber, lastModifiedMs, etag, sizeBytes, checksum }: PartRecord): XmlElement {
  return [
    "Part",
    [
      ["PartNumber", partNumber],
      ["LastModified", new Date(lastModifiedMs).toISOString()],
      ["ETag", `"${etag}"`],
      ["Size", sizeBytes],
      ...checksumElements(checksum),
    ],
  ];
}

export const listParts: Operation<ObjectRequest> = async (request, { store }) => {
  const { bucket, key, query } = request;
  const { record, parts } = store.uploads.get(uploadAddress(request));
  const marker = partMarker(query.get("part-number-marker") ?? "");
  const limit = pageSize(query, "max-parts");
  const left = [...parts.values()]
    .sort((a, b) => a.partNumber - b.partNumber)
    .filter(({ partNumber }) => partNumber > marker);
  const page = left.slice(0, limit);
  const isTruncated = page.length < left.length;
  return xmlResponse("ListPartsResult", [
    ["Bucket", bucket],
    ["Key", keyEncoding(query)(key)],
    ["UploadId", record.uploadId],
    ["Initiator", OWNER],
    ["Owner", OWNER],
    ["StorageClass", record.headers["x-amz-storage-class"] ?? "STANDARD"],
    ["PartNumberMarker", marker],
    ["NextPartNumberMarker", isTruncated ? page.at(-1)?.partNumber : undefined],
    ["MaxParts", limit],
    ["IsTruncated", isTruncated],
    ["ChecksumAlgorithm", record.checksum?.algorithm],
    ["ChecksumType", record.checksum?.type],
    ...page.map(partElement),
  ]);
};
