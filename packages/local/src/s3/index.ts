export { createS3, type PutOptions, type S3, type S3Options, type StoredObject } from "./create-s3.js";
export { S3Error, type S3ErrorCode } from "./errors.js";
