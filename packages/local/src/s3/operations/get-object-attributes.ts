import { checksumElements, checksumType } from "../checksums.js";
import { S3Error } from "../errors.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import { storageClassOf } from "../storage/object-summary.js";
import type { ObjectRecord } from "../storage/object-version.js";
import { readVersionId, versionHeaders } from "../version-id.js";
import type { XmlContent, XmlElement } from "../xml.js";
import { partMarker } from "./list-parameters.js";

const MAX_PARTS = 1000;

interface Attribute {
  readonly name: string;
  readonly content: (object: ObjectRecord, headers: ObjectRequest["headers"]) => XmlContent | undefined;
}

const ATTRIBUTES: readonly Attribute[] = [
  { name: "ETag", content: ({ etag }) => etag },
  {
    name: "Checksum",
    content: ({ checksum }) => checksum && [...checksumElements(checksum), ["ChecksumType", checksumType(checksum)]],
  },
  { name: "ObjectParts", content: objectParts },
  { name: "StorageClass", content: storageClassOf },
  { name: "ObjectSize", content: ({ sizeBytes }) => sizeBytes },
];

/** The parts of a multipart object; each by itself only where the upload had checksums. */
function objectParts({ parts, checksum }: ObjectRecord, headers: ObjectRequest["headers"]): XmlContent | undefined {
  if (parts === undefined) return undefined;
  const total: XmlElement = ["PartsCount", parts.length];
  if (checksum === undefined) return [total];
  const marker = partMarker(headers["x-amz-part-number-marker"] ?? "");
  const limit = Math.min(MAX_PARTS, partMarker(headers["x-amz-max-parts"] ?? String(MAX_PARTS)));
  const left = parts.filter(({ partNumber }) => partNumber > marker);
  const page = left.slice(0, limit);
  const isTruncated = page.length < left.length;
  return [
    total,
    ["PartNumberMarker", marker],
    ["NextPartNumberMarker", isTruncated ? page.at(-1)?.partNumber : undefined],
    ["MaxParts", limit],
    ["IsTruncated", isTruncated],
    ...page.map(
      (part): XmlElement => [
        "Part",
        [["PartNumber", part.partNumber], ["Size", part.sizeBytes], ...checksumElements(part.checksum)],
      ],
    ),
  ];
}

function requestedAttributes(header: string | undefined): readonly Attribute[] {
  const names = (header ?? "").split(",").map((name) => name.trim());
  if (names.every((name) => name === "")) {
    throw new S3Error("InvalidRequest", {
      message:
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    });
  }
  if (!names.every((name) => ATTRIBUTES.some((attribute) => attribute.name === name))) {
    throw new S3Error("InvalidArgument", {
      message: "Invalid attribute name specified.",
      details: { ArgumentName: "x-amz-object-attributes", ArgumentValue: header ?? "" },
    });
  }
  return ATTRIBUTES.filter(({ name }) => names.includes(name));
}

export const getObjectAttributes: Operation<ObjectRequest> = async (request, { store }) => {
  const { bucket, key, headers, query } = request;
  const attributes = requestedAttributes(headers["x-amz-object-attributes"]);
  const object = store.objects.head({ bucket, key, versionId: readVersionId(query.get("versionId")) });
  const elements = attributes.map(({ name, content }): XmlElement => [name, content(object, headers)]);
  return xmlResponse("GetObjectAttributesResponse", elements, {
    "last-modified": new Date(object.lastModifiedMs).toUTCString(),
    ...versionHeaders(store.bucket(bucket), object),
  });
};
