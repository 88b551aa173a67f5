import { Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { sdkStreamMixin } from "@smithy/util-stream";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { defineStep } from "../define-step.js";
import type { StepOptions } from "../step.js";
import { createTestStack, type Fault, testStep } from "../testing/index.js";
import { LAYOUTS } from "./layout.js";

afterEach(() => void vi.useRealTimers());

const Input = z.object({ foo: z.string() });
const Output = z.object({ length: z.number() });
const measure = defineStep(Input, Output, ({ foo }) => ({ length: foo.length }), { name: "measure" });

describe.each(LAYOUTS)("in the %s layout", (layout) => {
  test("a write is conditional on the ETag as S3 gave it, or on there being none, and is encrypted as the step says", async () => {
    const put = async (sse: StepOptions["sse"]) => {
      const stack = createTestStack({ layout });
      const step = defineStep(Input, Output, measure.fn, { name: "measure", ...(sse !== undefined && { sse }) });
      return (await testStep(step, { stack, sidecar: { foo: "a" } })).puts[0];
    };

    const kms = await put({ algorithm: "aws:kms", keyId: "alias/sidecars" });
    const plain = await put(undefined);

    const condition = { document: { IfMatch: '"version-1-2"' }, parts: { IfNoneMatch: "*" } }[layout];
    expect(kms).toMatchObject({
      ...condition,
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: "alias/sidecars",
    });
    expect(plain).toMatchObject({ ...condition, ServerSideEncryption: "AES256" });
    expect(plain).not.toHaveProperty("SSEKMSKeyId");
  });

  test("without an ETag nothing is written: the write could lose what others wrote", async () => {
    const stack = createTestStack({ layout });
    const s3 = mockClient(stack.clients.s3);
    s3.on(GetObjectCommand).callsFake(() => ({ Body: sdkStreamMixin(Readable.from([Buffer.from('{"foo":"a"}')])) }));
    s3.on(HeadObjectCommand).callsFake(() => ({}));

    const { error } = await testStep(measure, { stack });

    expect(error).toMatchObject({
      name: "StepConfigurationError",
      message: expect.stringContaining("without an ETag"),
    });
    expect(s3.commandCalls(PutObjectCommand)).toEqual([]);
  });

  test.each([
    [{ status: 429 }],
    [{ status: 500 }],
    [{ status: 503 }],
    [{ code: "ECONNRESET" }],
    [{ code: "ETIMEDOUT" }],
    [{ code: "ENOTFOUND" }],
    [{ code: "EPIPE" }],
  ] as const satisfies readonly [Fault][])(
    "S3 that fails with %j is unavailable: at once when read, after three tries when written",
    async (fault) => {
      const reading = createTestStack({ layout });
      reading.fail("GetObject", fault);
      const writing = createTestStack({ layout });
      writing.fail("PutObject", fault, fault, fault);

      const read = await testStep(measure, { stack: reading, sidecar: { foo: "a" } });
      const written = await testStep(measure, { stack: writing, sidecar: { foo: "a" } });

      expect(read.error).toMatchObject({ name: "SidecarUnavailableError", retryable: true });
      expect(new Set(read.requests.map(({ operation, key }) => `${operation} ${key}`)).size).toBe(read.requests.length);
      expect(written.error).toMatchObject({ name: "SidecarUnavailableError", retryable: true });
      expect(written.requests.filter(({ operation }) => operation === "PutObject")).toHaveLength(3);
    },
  );

  test("what S3 denies keeps S3's name: no retry helps", async () => {
    const stack = createTestStack({ layout });
    stack.fail("PutObject", { status: 403 });

    const { error, puts } = await testStep(measure, { stack, sidecar: { foo: "a" } });

    expect([error?.name, puts]).toEqual(["AccessDenied", []]);
  });

  test("an S3 that hangs is given up 250 ms before the deadline, in time to say so", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const stack = createTestStack({ layout });
    const s3 = mockClient(stack.clients.s3);
    s3.onAnyCommand().callsFake(() => new Promise(() => undefined));

    const running = testStep(measure, { stack, lambda: { getRemainingTimeInMillis: () => 3_000 }, now: () => 0 });
    await vi.advanceTimersByTimeAsync(2_750);

    const { error, messages } = await running;
    expect(error?.name).toBe("SidecarUnavailableError");
    expect(messages.map(({ payload }) => JSON.parse(payload))).toMatchObject([{ status: "FAILED" }]);
  });

  test("an answer that breaks off in its body is unavailable, not corrupt", async () => {
    const stack = createTestStack({ layout });
    const broken = async function* () {
      yield Buffer.from('{"foo":');
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    };
    const s3 = mockClient(stack.clients.s3);
    s3.on(GetObjectCommand).callsFake(() => ({ Body: sdkStreamMixin(Readable.from(broken())), ETag: '"v1"' }));
    s3.on(HeadObjectCommand).callsFake(() => ({ ETag: '"v1"' }));

    const { error } = await testStep(measure, { stack });

    expect(error).toMatchObject({ name: "SidecarUnavailableError", cause: { code: "ECONNRESET" } });
  });

  test("a bucket that does not exist keeps S3's name: no retry makes it", async () => {
    const stack = createTestStack({ layout });
    const s3 = mockClient(stack.clients.s3);
    s3.onAnyCommand().rejects(
      Object.assign(new Error("no"), { name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } }),
    );

    expect((await testStep(measure, { stack })).error?.name).toBe("NoSuchBucket");
  });
});
