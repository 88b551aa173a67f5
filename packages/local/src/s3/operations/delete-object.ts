import { deleteCondition } from "../conditions.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { readVersionId } from "../version-id.js";

export const deleteObject: Operation<ObjectRequest> = async ({ bucket, key, headers, query }, { store, now }) => {
  const { versionId, isDeleteMarker } = await store.objects.delete({
    bucket,
    key,
    versionId: readVersionId(query.get("versionId")),
    condition: deleteCondition(headers["if-match"]),
    nowMs: now(),
  });
  return {
    status: 204,
    headers: {
      ...(versionId && { "x-amz-version-id": versionId }),
      ...(isDeleteMarker && { "x-amz-delete-marker": "true" }),
    },
  };
};
