import { checkCopySource } from "./conditions.js";
import { S3Error } from "./errors.js";
import { MAX_PUT_BYTES } from "./request-body.js";
import type { ObjectAddress } from "./storage/find-object.js";
import type { OpenObject } from "./storage/object-files.js";
import type { Store } from "./storage/store.js";
import { readVersionId, versionHeaders } from "./version-id.js";

type Headers = Readonly<Record<string, string>>;

function invalidSource(message: string): S3Error {
  return new S3Error("InvalidArgument", { message, details: { ArgumentName: "x-amz-copy-source" } });
}

function decodeSource(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidSource("Invalid copy source encoding.");
  }
}

/** Reads `x-amz-copy-source`: `<bucket>/<key, encoded>[?versionId=<id>]`. */
export function readCopySource(header: string): ObjectAddress {
  const [path = "", query] = header.split("?");
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((name) => name !== "versionId");
  if (unknown !== undefined) throw invalidSource(`Unsupported copy source parameter: ${unknown}`);
  const [bucket, ...key] = decodeSource(path).replace(/^\//, "").split("/");
  if (!bucket || key.join("/") === "") throw invalidSource("Copy Source must mention the source bucket and key");
  return { bucket, key: key.join("/"), versionId: readVersionId(parameters.get("versionId")) };
}

/**
 * Opens what a copy is of, if the conditions on it hold.
 *
 * @throws S3Error `NoSuchKey`, `NoSuchVersion`, `InvalidRequest` where it is a delete marker, `PreconditionFailed`
 */
export async function openCopySource(source: ObjectAddress, headers: Headers, store: Store): Promise<OpenObject> {
  const object = await store.objects.open(source).catch((error: unknown) => {
    const isMarker = error instanceof S3Error && error.code === "MethodNotAllowed";
    if (!isMarker) throw error;
    throw new S3Error("InvalidRequest", {
      message: "The source of a copy request may not specifically refer to a delete marker by version id.",
      cause: error,
    });
  });
  try {
    checkCopySource(headers, object.record);
    return object;
  } catch (error) {
    await object.file.close();
    throw error;
  }
}

/** Refuses what is too large to be copied in one request. @throws S3Error `InvalidRequest` */
export function checkCopySize(sizeBytes: number): void {
  if (sizeBytes <= MAX_PUT_BYTES) return;
  throw new S3Error("InvalidRequest", {
    message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_PUT_BYTES}`,
  });
}

/** The header that names the version that was copied. */
export function copiedVersionHeaders(store: Store, source: ObjectAddress, { record }: OpenObject) {
  const { "x-amz-version-id": id } = versionHeaders(store.bucket(source.bucket), record);
  return id === undefined ? {} : { "x-amz-copy-source-version-id": id };
}
