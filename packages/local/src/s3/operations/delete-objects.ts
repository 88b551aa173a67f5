import { deleteCondition } from "../conditions.js";
import { S3Error } from "../errors.js";
import { receiveDocument } from "../request-body.js";
import type { BucketRequest, Operation, Services } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { Deleted } from "../storage/object-files.js";
import { readVersionId } from "../version-id.js";
import type { XmlElement } from "../xml.js";
import { leafText, readXml, type XmlNode } from "../xml-reader.js";

const MAX_OBJECTS = 1000;
// 1,000 keys of 1,024 bytes, each byte as a character reference at worst.
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

interface Deletion {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly etag: string | undefined;
}

const FIELDS = new Set(["Key", "VersionId", "ETag"]);

function readDeletion(node: XmlNode): Deletion {
  const fields = new Map(node.children.map((child) => [child.name, leafText(child)]));
  const unknown = [...fields.keys()].find((name) => !FIELDS.has(name));
  if (unknown !== undefined) {
    throw new S3Error("NotImplemented", { message: `DeleteObjects with ${unknown} is not implemented by this S3.` });
  }
  const key = fields.get("Key");
  if (key === undefined || key === "" || fields.size !== node.children.length) throw new S3Error("MalformedXML");
  return { key, versionId: fields.get("VersionId"), etag: fields.get("ETag") };
}

/** Reads `<Delete><Quiet/><Object><Key/><VersionId/><ETag/></Object>...</Delete>`. */
function readDelete(document: string): { readonly quiet: boolean; readonly deletions: readonly Deletion[] } {
  const { name, children } = readXml(document);
  const objects = children.filter((child) => child.name === "Object");
  const quiet = children.filter((child) => child.name === "Quiet");
  const isKnown = name === "Delete" && objects.length + quiet.length === children.length && quiet.length <= 1;
  if (!isKnown || objects.length === 0 || objects.length > MAX_OBJECTS) throw new S3Error("MalformedXML");
  return {
    quiet: quiet[0] !== undefined && leafText(quiet[0]).trim() === "true",
    deletions: objects.map(readDeletion),
  };
}

/** The version that was asked for, and the delete marker that came or went. */
function deletedElements(asked: string | undefined, { versionId, isDeleteMarker }: Deleted): readonly XmlElement[] {
  return [
    ["VersionId", asked],
    ["DeleteMarker", isDeleteMarker ? true : undefined],
    ["DeleteMarkerVersionId", isDeleteMarker ? versionId : undefined],
  ];
}

async function deleteOne(bucket: string, deletion: Deletion, { store, now }: Services): Promise<XmlElement> {
  const { key, versionId, etag } = deletion;
  try {
    const deleted = await store.objects.delete({
      bucket,
      key,
      versionId: readVersionId(versionId),
      condition: deleteCondition(etag),
      nowMs: now(),
    });
    return ["Deleted", [["Key", key], ...deletedElements(versionId, deleted)]];
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return [
      "Error",
      [
        ["Key", key],
        ["VersionId", versionId],
        ["Code", error.code],
        ["Message", error.message],
      ],
    ];
  }
}

export const deleteObjects: Operation<BucketRequest> = async (request, services) => {
  const { bucket, headers } = request;
  services.store.bucket(bucket);
  const hasDigest = Object.keys(headers).some((name) => name === "content-md5" || name.startsWith("x-amz-checksum-"));
  if (!hasDigest) {
    throw new S3Error("InvalidRequest", {
      message: "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    });
  }
  const { quiet, deletions } = readDelete(await receiveDocument(request, MAX_DOCUMENT_BYTES));
  const results: XmlElement[] = [];
  for (const deletion of deletions) results.push(await deleteOne(bucket, deletion, services));
  return xmlResponse("DeleteResult", quiet ? results.filter(([name]) => name === "Error") : results);
};
