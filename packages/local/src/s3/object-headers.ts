import { S3Error } from "./errors.js";

type Headers = Readonly<Record<string, string>>;

const METADATA_PREFIX = "x-amz-meta-";
const MAX_METADATA_BYTES = 2048;
const DEFAULT_CONTENT_TYPE = "binary/octet-stream";
const KEPT = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"];

const ENCRYPTION = "x-amz-server-side-encryption";
const KMS_HEADERS = [`${ENCRYPTION}-aws-kms-key-id`, `${ENCRYPTION}-bucket-key-enabled`];
const ENCRYPTION_METHODS = new Set(["AES256", "aws:kms", "aws:kms:dsse"]);

const STORAGE_CLASS = "x-amz-storage-class";
const STORAGE_CLASSES = new Set([
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
]);

function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

/** The user metadata of an object, by header name. */
export function userMetadataHeaders(headers: Headers): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith(METADATA_PREFIX));
  const bytes = entries.reduce((sum, [name, value]) => sum + name.length - METADATA_PREFIX.length + value.length, 0);
  if (bytes > MAX_METADATA_BYTES) {
    throw new S3Error("MetadataTooLarge", { details: { Size: bytes, MaxSizeAllowed: MAX_METADATA_BYTES } });
  }
  return Object.fromEntries(entries);
}

/** An object's own headers that describe its content, with S3's defaults. */
export function contentHeaders(headers: Headers): Record<string, string> {
  const { "content-encoding": encoding, ...kept } = pick(headers, KEPT);
  // aws-chunked encodes the upload, not the object.
  const ownEncodings = (encoding ?? "").split(",").map((part) => part.trim());
  const ownEncoding = ownEncodings.filter((part) => part !== "" && part.toLowerCase() !== "aws-chunked").join(",");
  return {
    ...kept,
    ...(ownEncoding === "" ? {} : { "content-encoding": ownEncoding }),
    "content-type": headers["content-type"] || DEFAULT_CONTENT_TYPE,
  };
}

/** How the object is stored: encryption (AES256 by default) and storage class. Kept and repeated, not acted on. */
export function storageHeaders(headers: Headers): Record<string, string> {
  const method = headers[ENCRYPTION] ?? "AES256";
  if (!ENCRYPTION_METHODS.has(method)) {
    throw new S3Error("InvalidArgument", {
      message: "The encryption method specified is not supported",
      details: { ArgumentName: ENCRYPTION, ArgumentValue: method },
    });
  }
  const kms = pick(headers, KMS_HEADERS);
  if (method === "AES256" && kms[`${ENCRYPTION}-aws-kms-key-id`] !== undefined) {
    throw new S3Error("InvalidArgument", {
      message:
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
      details: { ArgumentName: ENCRYPTION, ArgumentValue: method },
    });
  }
  return { [ENCRYPTION]: method, ...(method === "AES256" ? {} : kms), ...storageClass(headers[STORAGE_CLASS]) };
}

function storageClass(name: string | undefined): Record<string, string> {
  if (name === undefined || name === "STANDARD") return {};
  if (STORAGE_CLASSES.has(name)) return { [STORAGE_CLASS]: name };
  throw new S3Error("NotImplemented", { details: { Header: STORAGE_CLASS, Value: name } });
}

/** Everything of a PUT's headers that GET and HEAD repeat. */
export function objectHeaders(headers: Headers): Record<string, string> {
  return { ...contentHeaders(headers), ...userMetadataHeaders(headers), ...storageHeaders(headers) };
}

/** The part of an object's headers that answers a write. */
export function encryptionHeaders(headers: Headers): Record<string, string> {
  return pick(headers, [ENCRYPTION, ...KMS_HEADERS]);
}

/** An object's user metadata by its own names. */
export function userMetadata(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(METADATA_PREFIX))
      .map(([name, value]) => [name.slice(METADATA_PREFIX.length), value]),
  );
}
