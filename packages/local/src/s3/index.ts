export { createS3, type S3, type S3Options } from "./create-s3.js";
export { S3Error, type S3ErrorCode } from "./errors.js";
export type {
  ListedObject,
  ListObjectsOptions,
  ObjectDescription,
  ObjectList,
  OpenedObject,
  OpenObjectOptions,
  PutOptions,
  ReadObjectOptions,
  StoredObject,
} from "./in-process.js";
