import { S3Error } from "../errors.js";
import { receiveDocument } from "../request-body.js";
import type { BucketRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { BucketVersioning } from "../storage/bucket.js";
import { readFields, readXml } from "../xml-reader.js";

const MAX_DOCUMENT_BYTES = 64 * 1024;

function readVersioning(document: string): BucketVersioning {
  const root = readXml(document);
  if (root.name !== "VersioningConfiguration") throw new S3Error("MalformedXML");
  const fields = readFields(root, ["Status", "MfaDelete"]);
  if (fields.get("MfaDelete") === "Enabled") {
    throw new S3Error("NotImplemented", {
      message: "PutBucketVersioning with MfaDelete is not implemented by this S3.",
    });
  }
  const status = fields.get("Status");
  if (status === undefined) throw new S3Error("IllegalVersioningConfigurationException");
  if (status !== "Enabled" && status !== "Suspended") throw new S3Error("MalformedXML");
  return status;
}

export const putBucketVersioning: Operation<BucketRequest> = async (request, { store }) => {
  store.bucket(request.bucket);
  const versioning = readVersioning(await receiveDocument(request, MAX_DOCUMENT_BYTES));
  await store.configureBucket(request.bucket, { versioning });
  return { status: 200, headers: {} };
};

export const getBucketVersioning: Operation<BucketRequest> = async ({ bucket }, { store }) =>
  xmlResponse("VersioningConfiguration", [["Status", store.bucket(bucket).record.versioning]]);
