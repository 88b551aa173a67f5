import type { BucketRequest, Operation } from "../server/request.js";

export const headBucket: Operation<BucketRequest> = async ({ bucket }, { store }) => {
  const { record } = store.bucket(bucket);
  return {
    status: 200,
    headers: { "x-amz-bucket-region": record.location ?? "us-east-1", "content-type": "application/xml" },
  };
};
