import { checksumHeaders } from "../checksums.js";
import { writeCondition } from "../conditions.js";
import { encryptionHeaders, objectHeaders } from "../object-headers.js";
import { receiveBody } from "../request-body.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { writeObject } from "../storage/write-object.js";

export const putObject: Operation<ObjectRequest> = async (request, services) => {
  const { bucket, key, headers, openBody } = request;
  services.store.bucket(bucket);
  const condition = writeCondition(headers);
  const kept = objectHeaders(headers);
  const received = await receiveBody(headers, openBody, services.store.stage);
  const { etag, checksum } = await writeObject(services, { bucket, key, headers: kept, condition, ...received });
  return { status: 200, headers: { etag: `"${etag}"`, ...encryptionHeaders(kept), ...checksumHeaders(checksum) } };
};
