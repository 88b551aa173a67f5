import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

const s3 = new S3Client({});
const iot = new IoTDataPlaneClient({});

/** The AWS clients, made once a container, as handlers written by hand use them. */
export const awsSdk = {
  async get(key) {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: process.env.BUCKET_NAME, Key: key }));
    return { text: await Body.transformToString(), etag: ETag };
  },
  /** Without an `etag` it replaces whatever is there. */
  async put(key, body, etag) {
    const Bucket = process.env.BUCKET_NAME;
    await s3.send(
      new PutObjectCommand({ Bucket, Key: key, Body: body, IfMatch: etag, ContentType: "application/json" }),
    );
  },
  async publish(topic, text) {
    await iot.send(new PublishCommand({ topic, qos: 0, payload: Buffer.from(text) }));
  },
};
