import { checksumHeaders } from "../checksums.js";
import { writeCondition } from "../conditions.js";
import { encryptionHeaders, objectHeaders } from "../object-headers.js";
import { receiveBody } from "../request-body.js";
import type { ObjectRequest, Operation } from "../server/request.js";

export const putObject: Operation<ObjectRequest> = async ({ bucket, key, headers, body }, { store, now }) => {
  store.bucket(bucket);
  const condition = writeCondition(headers);
  const kept = objectHeaders(headers);
  const { staged, checksum } = await receiveBody(headers, body, store.stage);
  const record = {
    key,
    sizeBytes: staged.sizeBytes,
    etag: staged.md5,
    lastModifiedMs: now(),
    headers: kept,
    ...(checksum && { checksum }),
  };
  await store.commit(bucket, staged, { record, condition });
  return {
    status: 200,
    headers: { etag: `"${record.etag}"`, ...encryptionHeaders(kept), ...checksumHeaders(checksum) },
  };
};
