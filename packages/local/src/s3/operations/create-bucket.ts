import { checkBucketName } from "../bucket-name.js";
import { S3Error } from "../errors.js";
import { receiveDocument } from "../request-body.js";
import type { BucketRequest, Operation } from "../server/request.js";
import { readXml } from "../xml-reader.js";

const MAX_DOCUMENT_BYTES = 64 * 1024;

function locationConstraint(document: string): string | undefined {
  if (document === "") return undefined;
  const { name, children } = readXml(document);
  if (name !== "CreateBucketConfiguration") throw new S3Error("MalformedXML");
  const unknown = children.find((child) => child.name !== "LocationConstraint");
  if (unknown !== undefined) {
    throw new S3Error("NotImplemented", {
      message: `CreateBucket with ${unknown.name} is not implemented by this S3.`,
    });
  }
  return children[0]?.text || undefined;
}

export const createBucket: Operation<BucketRequest> = async (request, { store, now }) => {
  const { bucket } = request;
  checkBucketName(bucket);
  const location = locationConstraint(await receiveDocument(request, MAX_DOCUMENT_BYTES));
  const created = await store.createBucket({ name: bucket, createdMs: now(), ...(location && { location }) });
  // In us-east-1, and only there, creating one's own bucket again succeeds.
  if (!created && location !== undefined) {
    throw new S3Error("BucketAlreadyOwnedByYou", { details: { BucketName: bucket } });
  }
  return { status: 200, headers: { location: `/${bucket}` } };
};
