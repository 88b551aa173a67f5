import { checkCopySize, copiedVersionHeaders, openCopySource, readCopySource } from "../copy-source.js";
import { S3Error } from "../errors.js";
import { encryptionHeaders } from "../object-headers.js";
import type { ByteRange } from "../range.js";
import { computedChecksum } from "../request-body.js";
import type { ObjectRequest, Operation } from "../server/request.js";
import { xmlResponse } from "../server/xml-response.js";
import { bodyStream } from "../storage/body-stream.js";
import type { OpenObject } from "../storage/object-files.js";
import type { StagedObject } from "../storage/staged-object.js";
import type { Store } from "../storage/store.js";
import type { PartRecord, UploadRecord } from "../storage/upload.js";
import { requestedPart, uploadAddress } from "../upload-request.js";
import { copyResult } from "./copy-object.js";

const RANGE = /^bytes=(?<first>\d+)-(?<last>\d+)$/;

function invalidRange(header: string, message: string): S3Error {
  return new S3Error("InvalidArgument", {
    message,
    details: { ArgumentName: "x-amz-copy-source-range", ArgumentValue: header },
  });
}

/** Unlike the range of a read, that of a copy names both ends, and both lie in the object. */
function sourceRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const { first, last } = RANGE.exec(header)?.groups ?? {};
  if (first === undefined || last === undefined || Number(first) > Number(last)) {
    throw invalidRange(
      header,
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    );
  }
  if (Number(last) < sizeBytes) return { start: Number(first), end: Number(last) };
  throw invalidRange(header, `Range specified is not valid for source object of size: ${sizeBytes}`);
}

async function stageCopy(source: OpenObject, headers: ObjectRequest["headers"], stage: Stage): Promise<StagedObject> {
  try {
    const range = sourceRange(headers["x-amz-copy-source-range"], source.record.sizeBytes);
    checkCopySize(range === undefined ? source.record.sizeBytes : range.end - range.start + 1);
    return await stage(source, range);
  } catch (error) {
    await source.file.close();
    throw error;
  }
}

type Stage = (source: OpenObject, range: ByteRange | undefined) => Promise<StagedObject>;

function staging({ stage }: Store, { checksum }: UploadRecord): Stage {
  const algorithms = new Set(checksum === undefined ? [] : [checksum.algorithm]);
  return (source, range) => stage({ source: bodyStream(source, range), algorithms });
}

export const uploadPartCopy: Operation<ObjectRequest> = async (request, { store, now }) => {
  const { headers } = request;
  const address = uploadAddress(request);
  const partNumber = requestedPart(request);
  const { record } = store.uploads.get(address);
  const sourceAddress = readCopySource(headers["x-amz-copy-source"] ?? "");
  const source = await openCopySource(sourceAddress, headers, store);
  const staged = await stageCopy(source, headers, staging(store, record));
  const checksum = computedChecksum(staged, record.checksum?.algorithm);
  const part: PartRecord = {
    partNumber,
    sizeBytes: staged.sizeBytes,
    etag: staged.md5,
    lastModifiedMs: now(),
    ...(checksum && { checksum }),
  };
  await store.uploads.commitPart(address, staged, part);
  return xmlResponse("CopyPartResult", copyResult(part), {
    ...encryptionHeaders(record.headers),
    ...copiedVersionHeaders(store, sourceAddress, source),
  });
};
