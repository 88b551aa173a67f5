import { setTimeout as sleepMs } from "node:timers/promises";
import { PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";

const BASE_MS = 20;
const CAP_MS = 2_000;

/** A writer by hand that reads again after a lost race and waits with plain full jitter in between, 20 ms to 2 s. */
export const createWriter = (index, clients) => createMergingWriter(index, clients, { isConditional: true });

/** `isConditional: false` overwrites what others wrote since it read. */
export const createMergingWriter =
  (index, { s3, iot }, { isConditional }) =>
  async (event) => {
    const place = { Bucket: process.env.BUCKET_NAME, Key: event.processData };
    for (let losses = 0; ; losses += 1) {
      const { Body, ETag } = await s3.send(new GetObjectCommand(place));
      const document = JSON.parse(await Body.transformToString());
      document[`writer-${index}-output`] = { index };
      const write = { ...place, Body: JSON.stringify(document), ...(isConditional ? { IfMatch: ETag } : {}) };
      if (await isWritten(s3, write)) break;
      await sleepMs(Math.random() * Math.min(CAP_MS, BASE_MS * 2 ** losses));
    }
    await iot.send(
      new PublishCommand({ topic: `bench/${event.processData}/writer-${index}`, payload: Buffer.from("{}") }),
    );
    return event;
  };

async function isWritten(s3, write) {
  try {
    await s3.send(new PutObjectCommand(write));
    return true;
  } catch (error) {
    if (error.$metadata?.httpStatusCode === 412) return false;
    throw error;
  }
}
