import { checksumHeaders } from "../checksums.js";
import { withWriteCondition } from "../conditions.js";
import { encryptionHeaders, objectHeaders } from "../object-headers.js";
import { receiveBody } from "../request-body.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { writeObject } from "../storage/write-object.js";
import { tagsOfHeader } from "../tags.js";
import { writtenVersionHeaders } from "../version-id.js";

export const putObject: Operation<ObjectRequest> = (request, services) => {
  const { bucket, key, headers } = request;
  const { store } = services;
  const target = store.bucket(bucket);
  return withWriteCondition(request, store, async (condition) => {
    const kept = objectHeaders(headers);
    const tags = tagsOfHeader(headers["x-amz-tagging"]);
    const received = await receiveBody(request, store.stage);
    const record = await writeObject(services, { bucket, key, headers: kept, tags, condition, ...received });
    return {
      status: 200,
      headers: {
        etag: `"${record.etag}"`,
        ...encryptionHeaders(kept),
        ...checksumHeaders(record.checksum),
        ...writtenVersionHeaders(target, record),
      },
    };
  });
};
