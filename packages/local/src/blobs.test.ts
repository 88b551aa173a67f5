import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { blob, defineStep } from "@sfs3/sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { type Served, serve } from "./s3/fixtures/serve.js";

const Bucket = "sidecars";
const MEBIBYTE = 1024 * 1024;
const TXN = "0x58fe985b67000000";
vi.stubEnv("BUCKET_NAME", Bucket);
vi.stubEnv("TOPIC_ROOT", "scans");
vi.stubEnv("LOG_LEVEL", "FATAL");

let served: Served;
beforeEach(async () => {
  served = await serve();
  await served.s3.createBucket(Bucket);
});
afterEach(() => served.stop());

const client = () => served.client;
const put = (Key: string, Body: string) => client().send(new PutObjectCommand({ Bucket, Key, Body }));

/** 20 MiB that repeat nothing of a part's size. */
const scanned = () =>
  Readable.from(
    (function* () {
      for (let at = 0; at < 20; at += 1)
        yield createHash("shake256", { outputLength: MEBIBYTE }).update(`${at}`).digest();
    })(),
  );
const sha256 = async (stream: Readable) => {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest("hex");
};

const steps = () => {
  const clients = { s3: client() };
  const Scan = z.object({ scan: blob() });
  return {
    scan: defineStep(z.object({}), Scan, () => ({ scan: { body: scanned(), contentType: "image/tiff" } }), {
      name: "scan",
      notify: "none",
      clients,
    }),
    fail: defineStep(z.object({}), Scan, () => ({ scan: failing() }), { name: "scan", notify: "none", clients }),
    see: defineStep(
      z.object({ "scan-output": Scan }),
      z.object({ sha256: z.string(), viaUrl: z.string(), contentType: z.string().nullable() }),
      async ({ "scan-output": { scan } }) => {
        const response = await fetch(await scan.url({ expiresInSeconds: 60 }));
        return {
          sha256: await sha256(scan.stream()),
          viaUrl: await sha256(Readable.from(Buffer.from(await response.arrayBuffer()))),
          contentType: response.headers.get("content-type"),
        };
      },
      { name: "see", notify: "none", clients },
    ),
  };
};

const failing = () =>
  Readable.from(
    (async function* () {
      yield* scanned();
      throw new RangeError("the scanner is gone");
    })(),
  );

const sidecar = async () => {
  const { Body } = await client().send(new GetObjectCommand({ Bucket, Key: TXN }));
  return JSON.parse((await Body?.transformToString()) ?? "");
};

test("a blob goes to S3 in parts, with the checksum of the whole, and comes back by stream and by address", async () => {
  await put(TXN, "{}");
  const { scan, see } = steps();

  await scan({ processData: TXN });
  await see({ processData: TXN });

  const expected = await sha256(scanned());
  const document = await sidecar();
  expect(document["see-output"]).toEqual({ sha256: expected, viaUrl: expected, contentType: "image/tiff" });
  const { key, size, checksum } = document["scan-output"].scan.$blob;
  const attributes = await client().send(
    new GetObjectAttributesCommand({ Bucket, Key: key, ObjectAttributes: ["Checksum", "ObjectSize"] }),
  );
  expect(size).toBe(20 * MEBIBYTE);
  expect(attributes.ObjectSize).toBe(size);
  expect(attributes.Checksum?.ChecksumType).toBe("FULL_OBJECT");
  expect(`crc32-${attributes.Checksum?.ChecksumCRC32}`).toBe(checksum);
  const { TagSet } = await client().send(new GetObjectTaggingCommand({ Bucket, Key: key }));
  expect(TagSet).toEqual([{ Key: "sfs3", Value: "committed" }]);
});

test("a stream that fails leaves neither an upload nor a change of the sidecar", async () => {
  await put(TXN, "{}");

  await expect(steps().fail({ processData: TXN })).rejects.toThrow("the scanner is gone");

  const { Uploads } = await client().send(new ListMultipartUploadsCommand({ Bucket }));
  expect(Uploads ?? []).toEqual([]);
  expect(await sidecar()).toEqual({});
});

test("a blob whose step could not commit keeps the tag that a lifecycle rule takes it by", async () => {
  await put(TXN, "{}");
  const { scan } = steps();
  const source = async function* () {
    await put(TXN, "[]");
    yield* scanned();
  };
  const step = defineStep(scan.schemaIn, scan.schemaOut, () => ({ scan: Readable.from(source()) }), {
    ...scan.options,
  });

  await expect(step({ processData: TXN })).rejects.toMatchObject({ name: "SidecarCorruptError" });

  const { Contents = [] } = await client().send(new ListObjectsV2Command({ Bucket, Prefix: `${TXN}/blobs/` }));
  const tags = await client().send(new GetObjectTaggingCommand({ Bucket, Key: Contents[0]?.Key }));
  expect(Contents).toHaveLength(1);
  expect(tags.TagSet).toEqual([{ Key: "sfs3", Value: "uncommitted" }]);
});

test("a reference to another transaction's blob is refused before S3 is asked", async () => {
  await put(TXN, "{}");
  const { scan, see } = steps();
  await scan({ processData: TXN });
  const { "scan-output": output } = await sidecar();
  await put("other", JSON.stringify({ "scan-output": output }));

  await expect(see({ processData: "other" })).rejects.toMatchObject({
    name: "StepInputError",
    message: expect.stringContaining("another transaction"),
  });
});
