import { once } from "node:events";
import { connect } from "node:net";
import { text as consume } from "node:stream/consumers";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Served, SIGNED, serve } from "./fixtures/serve.js";

const NOW_MS = Date.UTC(2026, 0, 31, 12, 30, 15, 250);
const Bucket = "documents";
const Key = "document";
const OTHER = '"00000000000000000000000000000000"';
let served: Served;
let etag: string;

beforeAll(async () => {
  served = await serve({ now: () => NOW_MS });
  await served.s3.createBucket(Bucket);
});
afterAll(() => served.stop());
beforeEach(async () => {
  etag = await served.s3.putObject(Bucket, Key, "0");
});

function put(more: object, key = Key) {
  return served.client.send(new PutObjectCommand({ Bucket, Key: key, Body: "new", ...more }));
}
function get(more: object) {
  return served.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
}
function status(httpStatusCode: number, name?: string) {
  const $metadata = expect.objectContaining({ httpStatusCode });
  return expect.objectContaining(name === undefined ? { $metadata } : { name, $metadata });
}
async function text(key = Key) {
  return (await served.s3.getObject(Bucket, key))?.body.toString();
}

describe("a conditional PUT", () => {
  test("with If-None-Match creates, and does not replace", async () => {
    await put({ IfNoneMatch: "*" }, "created");

    await expect(put({ IfNoneMatch: "*", Body: "again" }, "created")).rejects.toEqual(
      status(412, "PreconditionFailed"),
    );
    expect(await text("created")).toBe("new");
  });

  test("with If-Match replaces that version only", async () => {
    await expect(put({ IfMatch: OTHER })).rejects.toEqual(status(412, "PreconditionFailed"));
    expect(await text()).toBe("0");

    await put({ IfMatch: etag });
    expect(await text()).toBe("new");
  });

  test("with If-Match on a key without object is NoSuchKey", async () => {
    await expect(put({ IfMatch: etag }, "missing")).rejects.toEqual(status(404, "NoSuchKey"));
  });

  test("with a condition that S3 does not know for writes is NotImplemented", async () => {
    await expect(put({ IfNoneMatch: etag })).rejects.toEqual(status(501, "NotImplemented"));
    await expect(put({ IfMatch: "*" })).rejects.toEqual(status(501, "NotImplemented"));
  });

  test("of a hundred at once on one ETag is won by exactly one", async () => {
    const writers = Array.from({ length: 100 }, (_, i) => put({ IfMatch: etag, Body: `writer ${i}` }));

    const outcomes = await Promise.allSettled(writers);

    const won = outcomes.flatMap((outcome, i) => (outcome.status === "fulfilled" ? [i] : []));
    const lost = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.name] : []));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["PreconditionFailed"]));
    expect(await text()).toBe(`writer ${won[0]}`);
  });

  test("of fifty at once that create is won by exactly one", async () => {
    const writers = Array.from({ length: 50 }, () => put({ IfNoneMatch: "*" }, "raced"));

    const outcomes = await Promise.allSettled(writers);

    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
  });

  test("that creates loses to a deletion that comes while its body does", async () => {
    await served.s3.putObject(Bucket, "contested", "old");
    const socket = connect(served.port, "127.0.0.1");
    const head = `PUT /${Bucket}/contested HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nConnection: close`;
    socket.write(`${head}\r\nIf-None-Match: *\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`);
    await once(socket, "readable");
    await served.client.send(new DeleteObjectCommand({ Bucket, Key: "contested" }));
    socket.write("hello");

    const answer = await consume(socket);

    expect(answer).toMatch(/^HTTP\/1.1 100 [\s\S]*HTTP\/1.1 409 [\s\S]*<Code>ConditionalRequestConflict<\/Code>/);
    expect(await text("contested")).toBeUndefined();
  });

  test("in a loop of read, merge and write loses nobody's change", async () => {
    await served.s3.putObject(Bucket, "counter", "0");
    const increment = async (): Promise<void> => {
      const current = await served.client.send(new GetObjectCommand({ Bucket, Key: "counter" }));
      const Body = String(Number(await current.Body?.transformToString()) + 1);
      await put({ IfMatch: current.ETag, Body }, "counter").catch(increment);
    };

    await Promise.all(Array.from({ length: 12 }, increment));

    expect(await text("counter")).toBe("12");
  });
});

describe("a conditional GET", () => {
  const before = new Date(NOW_MS - 60_000);
  const after = new Date(NOW_MS + 60_000);

  test("answers 304 where the reader has it already", async () => {
    await expect(get({ IfNoneMatch: etag })).rejects.toEqual(status(304));
    await expect(get({ IfModifiedSince: new Date(NOW_MS) })).rejects.toEqual(status(304));
    await expect(get({ IfModifiedSince: after })).rejects.toEqual(status(304));
  });

  test("answers 412 where it is another version", async () => {
    await expect(get({ IfMatch: OTHER })).rejects.toEqual(status(412, "PreconditionFailed"));
    await expect(get({ IfUnmodifiedSince: before })).rejects.toEqual(status(412, "PreconditionFailed"));
  });

  test.each([
    ["If-Match", () => ({ IfMatch: etag })],
    ["If-None-Match", () => ({ IfNoneMatch: OTHER })],
    ["If-Modified-Since", () => ({ IfModifiedSince: before })],
    ["If-Unmodified-Since", () => ({ IfUnmodifiedSince: new Date(NOW_MS) })],
    ["If-Match over If-Unmodified-Since", () => ({ IfMatch: etag, IfUnmodifiedSince: before })],
    ["If-None-Match over If-Modified-Since", () => ({ IfNoneMatch: OTHER, IfModifiedSince: after })],
  ])("answers with the object where %s holds", async (_name, condition) => {
    const { Body } = await get(condition());

    expect(await Body?.transformToString()).toBe("0");
  });
});

describe("a conditional delete or copy", () => {
  test("deletes that version only", async () => {
    const remove = (IfMatch: string, key = Key) =>
      served.client.send(new DeleteObjectCommand({ Bucket, Key: key, IfMatch }));

    await expect(remove(OTHER)).rejects.toEqual(status(412, "PreconditionFailed"));
    await expect(remove(etag, "missing")).rejects.toEqual(status(404, "NoSuchKey"));
    await remove(etag);

    expect(await text()).toBeUndefined();
  });

  test("deletes many, each by its own condition", async () => {
    await served.s3.putObject(Bucket, "kept", "1");
    const Objects = [{ Key, ETag: etag }, { Key: "kept", ETag: OTHER }, { Key: "never there" }];

    const result = await served.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(result.Deleted?.map((deleted) => deleted.Key)).toEqual([Key, "never there"]);
    expect(result.Errors).toMatchObject([{ Key: "kept", Code: "PreconditionFailed" }]);
  });

  test("copies onto a key by the target's condition, from a source by its own", async () => {
    const copy = (more: object) =>
      served.client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${Key}`, ...more }));

    await copy({ IfNoneMatch: "*", CopySourceIfMatch: etag });

    expect(await text("copy")).toBe("0");
    await expect(copy({ IfNoneMatch: "*" })).rejects.toEqual(status(412, "PreconditionFailed"));
    await expect(copy({ CopySourceIfMatch: OTHER })).rejects.toEqual(status(412, "PreconditionFailed"));
    await expect(copy({ CopySourceIfNoneMatch: etag })).rejects.toEqual(status(412, "PreconditionFailed"));
  });
});
