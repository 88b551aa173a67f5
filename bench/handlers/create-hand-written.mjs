import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

const s3 = new S3Client({});
const iot = new IoTDataPlaneClient({});

/**
 * GET, merge, conditional PUT, publish: what a careful team writes by hand, without retry, journal, log or check.
 * `parse` and `render` are where zod comes in.
 */
export const createHandler =
  ({ parse = (document) => document, render = (output) => output } = {}) =>
  async (event) => {
    const Bucket = process.env.BUCKET_NAME;
    const Key = event.processData;
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const document = JSON.parse(await Body.transformToString());
    const data = parse(document);
    document["measured-output"] = render({ count: data["step-1-output"].records.length });
    const merged = JSON.stringify(document);
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: merged, IfMatch: ETag, ContentType: "application/json" }));
    const progress = JSON.stringify({ step: "measured", status: "SUCCEEDED", at: new Date().toISOString() });
    await iot.send(new PublishCommand({ topic: `bench/${Key}/measured`, qos: 0, payload: Buffer.from(progress) }));
    return event;
  };
