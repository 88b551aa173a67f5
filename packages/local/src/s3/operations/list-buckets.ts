import { OWNER } from "../owner.js";
import type { Operation, ServiceRequest } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import type { BucketRecord } from "../storage/bucket.js";
import type { XmlElement } from "../xml.js";

function bucketElement({ name, createdMs }: BucketRecord): XmlElement {
  return [
    "Bucket",
    [
      ["Name", name],
      ["CreationDate", new Date(createdMs).toISOString()],
    ],
  ];
}

export const listBuckets: Operation<ServiceRequest> = async ({ query }, { store }) => {
  const prefix = query.get("prefix") ?? "";
  const buckets = store.buckets().filter(({ name }) => name.startsWith(prefix));
  return xmlResponse("ListAllMyBucketsResult", [
    ["Owner", OWNER],
    ["Buckets", buckets.map(bucketElement)],
    ["Prefix", query.has("prefix") ? prefix : undefined],
  ]);
};
