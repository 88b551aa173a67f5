import type { BucketRequest, Operation } from "../server/request.js";

export const deleteBucket: Operation<BucketRequest> = async ({ bucket }, { store }) => {
  await store.deleteBucket(bucket);
  return { status: 204, headers: {} };
};
