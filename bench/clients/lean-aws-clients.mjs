import { checksumOf } from "./checksum.mjs";
import { bytesOf, signedRequest } from "./signed-request.mjs";

/** In the place of `S3Client` and `IoTDataPlaneClient`, as far as a step asks of them: their commands, over signed requests. */
export const leanS3 = { send: (command, options) => operationOf(command)(command.input, options) };
export const leanIot = { send: (command, options) => operationOf(command)(command.input, options) };

const OPERATIONS = {
  GetObjectCommand: getObject,
  HeadObjectCommand: headObject,
  PutObjectCommand: putObject,
  PublishCommand: publish,
};

function operationOf({ constructor: { name } }) {
  const operation = OPERATIONS[name];
  if (operation === undefined) throw new Error(`The lean clients know no ${name}.`);
  return operation;
}

async function getObject(input, options) {
  const response = await s3Request("GET", input, options);
  return { ...described(response), Body: Object.assign(response, { transformToByteArray: () => bytesOf(response) }) };
}

async function headObject(input, options) {
  const response = await s3Request("HEAD", input, options);
  await bytesOf(response);
  return described(response);
}

async function putObject(input, options) {
  const body = Buffer.from(input.Body);
  const headers = {
    "content-type": input.ContentType,
    "content-length": body.length,
    "x-amz-checksum-crc32": input.ChecksumCRC32 ?? checksumOf([body]),
    "x-amz-server-side-encryption": input.ServerSideEncryption,
    "if-match": input.IfMatch,
    "if-none-match": input.IfNoneMatch,
    ...Object.fromEntries(Object.entries(input.Metadata ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, value])),
  };
  const response = await s3Request("PUT", input, options, { headers, body });
  await bytesOf(response);
  return described(response);
}

async function publish({ topic, qos = 0, payload }, { abortSignal } = {}) {
  const path = `/topics/${encodeURIComponent(topic)}?qos=${qos}`;
  const request = { service: "iotdata", method: "POST", path, body: payload, headers: {}, signal: abortSignal };
  return bytesOf(await signedRequest(request, [payload]));
}

function s3Request(method, { Bucket, Key }, { abortSignal } = {}, { headers = {}, body } = {}) {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  const signed = { ...Object.fromEntries(given), "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  const request = { service: "s3", method, path: `/${Bucket}/${Key}`, headers: signed, signal: abortSignal };
  return signedRequest(request, body === undefined ? [] : [body]);
}

function described({ headers }) {
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  return {
    ETag: headers.etag,
    ContentLength: Number(headers["content-length"]),
    Metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice("x-amz-meta-".length), value])),
  };
}
