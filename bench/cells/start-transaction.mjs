import { randomUUID } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

/** Puts the input of a new transaction into its place, and returns the pointer to it. */
export async function startTransaction(layout, input, txnId = randomUUID()) {
  const [processData, Key] = layout === "parts" ? [`${txnId}/`, `${txnId}/input.json`] : [txnId, txnId];
  const write = { Bucket: process.env.BUCKET_NAME, Key, Body: JSON.stringify(input), ContentType: "application/json" };
  await new S3Client({}).send(new PutObjectCommand(write));
  return processData;
}
