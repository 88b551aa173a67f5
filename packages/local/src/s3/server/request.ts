import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { S3Error } from "../errors.js";
import { checkObjectKey } from "../object-key.js";
import type { Store } from "../storage/store.js";
import { requestStream } from "./request-stream.js";

interface Common {
  readonly method: string;
  readonly query: URLSearchParams;
  /** By lower-case name; one that came several times is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Starts the body; an operation that takes none leaves it alone. */
  readonly openBody: () => Readable;
}

/** What a request addresses: the service, a bucket or an object. */
export type Address =
  | { readonly on: "service" }
  | { readonly on: "bucket"; readonly bucket: string }
  | { readonly on: "object"; readonly bucket: string; readonly key: string };

export type S3Request = Common & Address;
export type ServiceRequest = Extract<S3Request, { on: "service" }>;
export type BucketRequest = Extract<S3Request, { on: "bucket" }>;
export type ObjectRequest = Extract<S3Request, { on: "object" }>;

export interface S3Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
}

/** What operations work with. */
export interface Services {
  readonly store: Store;
  /** Unit: milliseconds since 1970, UTC. */
  readonly now: () => number;
}

export type Operation<TRequest extends S3Request> = (request: TRequest, services: Services) => Promise<S3Response>;

const VIRTUAL_HOST = /^(?<bucket>.+)\.localhost(?::\d+)?$/i;

function decodeUri(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new S3Error("InvalidURI", { details: { URI: encoded }, cause });
  }
}

/** Finds bucket and key, path-style or by virtual host `<bucket>.localhost`. */
export function readAddress(path: string, host: string | undefined): Address {
  if (!path.startsWith("/")) throw new S3Error("InvalidURI", { details: { URI: path } });
  const virtualBucket = VIRTUAL_HOST.exec(host ?? "")?.groups?.bucket;
  const [pathBucket = "", ...rest] = path.slice(1).split("/");
  const bucket = virtualBucket?.toLowerCase() ?? decodeUri(pathBucket);
  if (bucket === "") return { on: "service" };
  const key = decodeUri(virtualBucket === undefined ? rest.join("/") : path.slice(1));
  if (key === "") return { on: "bucket", bucket };
  checkObjectKey(key);
  return { on: "object", bucket, key };
}

const SIGNING_PARAMETERS = /^x-amz-(?:algorithm|credential|date|expires|security-token|signature|signedheaders)$/i;
// Clients presign the checksum of a body that is not there yet; S3 takes no notice of it.
const CHECKSUM_PARAMETERS = /^x-amz-(?:checksum-(?!mode$|algorithm$|type$)|sdk-checksum-)/i;

function isHoisted(name: string): boolean {
  return /^x-amz-/i.test(name) && !SIGNING_PARAMETERS.test(name) && !CHECKSUM_PARAMETERS.test(name);
}

/** A presigned URL may carry what would be `x-amz-*` headers as parameters; S3 treats them as the headers. */
export function withHoistedHeaders<TRequest extends S3Request>(request: TRequest): TRequest {
  const { query, headers } = request;
  if (!query.has("X-Amz-Signature")) return request;
  const hoisted = [...query].filter(([name]) => isHoisted(name)).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...request, headers: { ...Object.fromEntries(hoisted), ...headers } };
}

/** Reads line and headers of an HTTP request; the body is left to stream. */
export function readRequest(message: IncomingMessage): S3Request {
  const [path = "", ...queryParts] = (message.url ?? "").split("?");
  const query = new URLSearchParams(queryParts.join("?"));
  return {
    ...readAddress(path, message.headers.host),
    method: message.method ?? "GET",
    query,
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)])),
    openBody: () => requestStream(message),
  };
}
