import type { ObjectRequest, Operation } from "../server/request.js";
import { uploadAddress } from "../upload-request.js";

export const abortMultipartUpload: Operation<ObjectRequest> = async (request, { store }) => {
  await store.uploads.end(uploadAddress(request), async () => {});
  return { status: 204, headers: {} };
};
