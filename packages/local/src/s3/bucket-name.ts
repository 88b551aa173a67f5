import { S3Error } from "./errors.js";

const SHAPE = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IP_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const RESERVED = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** Whether S3 takes a name for a general purpose bucket. Source: Amazon S3 User Guide, "Bucket naming rules". */
export function isBucketName(name: string): boolean {
  return SHAPE.test(name) && !name.includes("..") && !IP_ADDRESS.test(name) && !RESERVED.test(name);
}

export function checkBucketName(name: string): void {
  if (!isBucketName(name)) throw new S3Error("InvalidBucketName", { details: { BucketName: name } });
}
