import { S3Error } from "../errors.js";
import { abortMultipartUpload } from "../operations/abort-multipart-upload.js";
import { getBucketVersioning, putBucketVersioning } from "../operations/bucket-versioning.js";
import { completeMultipartUpload } from "../operations/complete-multipart-upload.js";
import { copyObject } from "../operations/copy-object.js";
import { createBucket } from "../operations/create-bucket.js";
import { createMultipartUpload } from "../operations/create-multipart-upload.js";
import { deleteBucket } from "../operations/delete-bucket.js";
import { deleteObject } from "../operations/delete-object.js";
import { deleteObjects } from "../operations/delete-objects.js";
import { getBucketLocation } from "../operations/get-bucket-location.js";
import { getObject } from "../operations/get-object.js";
import { getObjectAttributes } from "../operations/get-object-attributes.js";
import { headBucket } from "../operations/head-bucket.js";
import { listBuckets } from "../operations/list-buckets.js";
import { listMultipartUploads } from "../operations/list-multipart-uploads.js";
import { listObjectVersions } from "../operations/list-object-versions.js";
import { listObjects } from "../operations/list-objects.js";
import { listObjectsV2 } from "../operations/list-objects-v2.js";
import { listParts } from "../operations/list-parts.js";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "../operations/object-tagging.js";
import { putObject } from "../operations/put-object.js";
import { uploadPart } from "../operations/upload-part.js";
import { uploadPartCopy } from "../operations/upload-part-copy.js";
import type {
  BucketRequest,
  ObjectRequest,
  Operation,
  S3Request,
  S3Response,
  ServiceRequest,
  Services,
} from "./request.js";
import { subresourceAction } from "./subresources.js";

interface Route<TRequest extends S3Request> {
  readonly method: string;
  readonly name: string;
  /** Parameter that must be in the query; `name=value` where its value counts. */
  readonly parameter?: string;
  /** Header that must be there. */
  readonly header?: string;
  /** Parameters that the operation has, but not here. */
  readonly refuses?: readonly string[];
  /** Absent: S3 has the operation, but it is not implemented. */
  readonly run?: Operation<TRequest>;
}

const SERVICE_ROUTES: readonly Route<ServiceRequest>[] = [
  {
    method: "GET",
    name: "ListBuckets",
    refuses: ["max-buckets", "continuation-token", "bucket-region"],
    run: listBuckets,
  },
];

// The first route that fits is taken, so the plain one of a method comes last.
const BUCKET_ROUTES: readonly Route<BucketRequest>[] = [
  { method: "GET", name: "GetBucketLocation", parameter: "location", run: getBucketLocation },
  { method: "GET", name: "ListObjectsV2", parameter: "list-type=2", run: listObjectsV2 },
  { method: "GET", name: "ListObjectVersions", parameter: "versions", run: listObjectVersions },
  { method: "GET", name: "ListMultipartUploads", parameter: "uploads", run: listMultipartUploads },
  { method: "GET", name: "GetBucketVersioning", parameter: "versioning", run: getBucketVersioning },
  { method: "PUT", name: "PutBucketVersioning", parameter: "versioning", run: putBucketVersioning },
  { method: "POST", name: "DeleteObjects", parameter: "delete", run: deleteObjects },
];

const PLAIN_BUCKET_ROUTES: readonly Route<BucketRequest>[] = [
  { method: "GET", name: "ListObjects", run: listObjects },
  { method: "HEAD", name: "HeadBucket", run: headBucket },
  { method: "PUT", name: "CreateBucket", run: createBucket },
  { method: "DELETE", name: "DeleteBucket", run: deleteBucket },
  { method: "POST", name: "PostObject" },
  { method: "OPTIONS", name: "OptionsObject" },
];

const OBJECT_ROUTES: readonly Route<ObjectRequest>[] = [
  { method: "PUT", name: "UploadPartCopy", parameter: "uploadId", header: "x-amz-copy-source", run: uploadPartCopy },
  { method: "PUT", name: "UploadPart", parameter: "uploadId", run: uploadPart },
  { method: "GET", name: "ListParts", parameter: "uploadId", run: listParts },
  { method: "POST", name: "CompleteMultipartUpload", parameter: "uploadId", run: completeMultipartUpload },
  { method: "DELETE", name: "AbortMultipartUpload", parameter: "uploadId", run: abortMultipartUpload },
  { method: "POST", name: "CreateMultipartUpload", parameter: "uploads", run: createMultipartUpload },
  { method: "GET", name: "GetObjectAttributes", parameter: "attributes", run: getObjectAttributes },
  { method: "GET", name: "GetObjectTagging", parameter: "tagging", run: getObjectTagging },
  { method: "PUT", name: "PutObjectTagging", parameter: "tagging", run: putObjectTagging },
  { method: "DELETE", name: "DeleteObjectTagging", parameter: "tagging", run: deleteObjectTagging },
];

const PLAIN_OBJECT_ROUTES: readonly Route<ObjectRequest>[] = [
  { method: "GET", name: "GetObject", run: getObject },
  { method: "HEAD", name: "HeadObject", run: getObject },
  { method: "PUT", name: "CopyObject", header: "x-amz-copy-source", run: copyObject },
  { method: "PUT", name: "PutObject", refuses: ["partNumber", "append"], run: putObject },
  { method: "DELETE", name: "DeleteObject", run: deleteObject },
  { method: "OPTIONS", name: "OptionsObject" },
];

function notImplemented(operation: string, message?: string): S3Error {
  return new S3Error("NotImplemented", {
    message: message ?? `${operation} is not implemented by this S3.`,
    details: { Operation: operation },
  });
}

function fits({ query, headers, method }: S3Request, route: Route<never>): boolean {
  const [name, value] = (route.parameter ?? "").split("=");
  const hasParameter =
    name === undefined || name === "" || (value === undefined ? query.has(name) : query.get(name) === value);
  return route.method === method && hasParameter && (route.header === undefined || headers[route.header] !== undefined);
}

function take<TRequest extends S3Request>(
  request: TRequest,
  routes: readonly Route<TRequest>[],
): Operation<TRequest> | undefined {
  const route = routes.find((candidate) => fits(request, candidate));
  if (route === undefined) return undefined;
  if (route.run === undefined) throw notImplemented(route.name);
  const refused = route.refuses?.find((parameter) => request.query.has(parameter));
  if (refused !== undefined) {
    throw notImplemented(route.name, `${route.name} with ${refused} is not implemented by this S3.`);
  }
  return route.run;
}

/** The routes whose parameter or header picks them, then subresources nobody serves, then the plain routes. */
function find<TRequest extends BucketRequest | ObjectRequest>(
  request: TRequest,
  picked: readonly Route<TRequest>[],
  plain: readonly Route<TRequest>[],
): Operation<TRequest> {
  const operation = take(request, picked);
  if (operation !== undefined) return operation;
  const action = subresourceAction(request.on, request.method, request.query);
  if (action !== undefined) throw notImplemented(action);
  return take(request, plain) ?? methodNotAllowed(request);
}

function methodNotAllowed({ method, on }: S3Request): never {
  throw new S3Error("MethodNotAllowed", { details: { Method: method, ResourceType: on.toUpperCase() } });
}

/** Finds and runs the operation of a request. */
export function route(request: S3Request, services: Services): Promise<S3Response> {
  switch (request.on) {
    case "service":
      return (take(request, SERVICE_ROUTES) ?? methodNotAllowed(request))(request, services);
    case "bucket":
      return find(request, BUCKET_ROUTES, PLAIN_BUCKET_ROUTES)(request, services);
    case "object":
      return find(request, OBJECT_ROUTES, PLAIN_OBJECT_ROUTES)(request, services);
  }
}
