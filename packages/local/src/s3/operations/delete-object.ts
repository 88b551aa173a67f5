import { deleteCondition } from "../conditions.js";
import type { ObjectRequest, Operation } from "../server/request.js";

export const deleteObject: Operation<ObjectRequest> = async ({ bucket, key, headers }, { store }) => {
  await store.deleteObject(bucket, key, deleteCondition(headers["if-match"]));
  return { status: 204, headers: {} };
};
