import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { blob, defineStep, type StoredBlob } from "../index.js";
import { createTestStack, type TestStack, testStep } from "../testing/index.js";

const MEBIBYTE = 1024 * 1024;
const TXN = "test-transaction";
const sfs3 = { execution: "arn:e", state: "scan", enteredAt: "2030-01-01T00:00:00Z", attempt: 1 };

/** Writes what `make` returns. */
const scanning = (make: () => z.input<typeof Scan>["scan"]) =>
  defineStep(z.object({}), Scan, () => ({ scan: make() }), { name: "scan" });
const Scan = z.object({ scan: blob() });

const see = (look: (scan: StoredBlob) => unknown) =>
  defineStep(z.object({ "scan-output": Scan }), z.unknown(), ({ "scan-output": { scan } }) => look(scan), {
    name: "see",
  });

const text = async (found: StoredBlob) => Buffer.from(await found.bytes()).toString();
const chunks = (...parts: (string | Uint8Array)[]) => Readable.from(parts, { objectMode: false });

/** Runs the writer, then the reader, on one stack. */
const passed = async (make: Parameters<typeof scanning>[0], look: (scan: StoredBlob) => unknown) => {
  const stack = createTestStack();
  const written = await testStep(scanning(make), { stack, sidecar: {} });
  expect(written.error).toBeUndefined();
  const read = await testStep(see(look), { stack });
  expect(read.error).toBeUndefined();
  return { stack, output: read.document["see-output"], reference: written.document["scan-output"] };
};

describe("a step that writes a blob", () => {
  test.each<[string, () => z.input<typeof Scan>["scan"], string]>([
    ["bytes", () => Buffer.from("scanned"), "application/octet-stream"],
    ["a stream", () => chunks("sca", Buffer.from("nned")), "application/octet-stream"],
    ["a web stream", () => new Response("scanned").body as never, "application/octet-stream"],
    ["a body with its type", () => ({ body: chunks("scanned"), contentType: "image/tiff" }), "image/tiff"],
  ])("hands %s on to the step that reads it", async (_, make, contentType) => {
    const { output, reference } = await passed(make, async (scan) => [await text(scan), scan.size, scan.contentType]);

    expect(output).toEqual(["scanned", 7, contentType]);
    expect(reference).toEqual({
      scan: {
        $blob: {
          key: expect.stringMatching(/^test-transaction\/blobs\/scan\/[0-9a-f-]{36}$/),
          size: 7,
          contentType,
          checksum: "crc32-oTtqeA==",
        },
      },
    });
  });

  test("keeps in a Map's parts what its own item holds, also on a replay with other items missing", async () => {
    const stack = createTestStack({ layout: "parts" });
    const event = { sfs3: { ...sfs3, item: 1, items: 3 } };
    const step = scanning(() => Buffer.from("item 1"));
    stack.fail("PutObjectTagging", { status: 500 });

    const { error } = await testStep(step, { stack, sidecar: {}, event });
    const uncommitted = stack.blobs(TXN).map(({ committed }) => committed);
    const replayed = await testStep(step, { stack, event });

    expect(error?.name).toBe("SidecarUnavailableError");
    expect([uncommitted, stack.blobs(TXN).map(({ committed }) => committed)]).toEqual([[false], [true]]);
    expect(replayed.error).toBeUndefined();
  });

  test("hands a file on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sfs3-blob-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "scan"), "from a file");

    const { output } = await passed(() => ({ file: pathToFileURL(join(folder, "scan")) }), text);

    expect(output).toBe("from a file");
  });

  test("sends what is large in parts, and marks it as committed after the merge", async () => {
    const half = Buffer.alloc(9 * MEBIBYTE, "a");
    const { stack, output } = await passed(
      () => chunks(half, half),
      async (scan) => (await scan.bytes()).byteLength,
    );

    expect(output).toBe(18 * MEBIBYTE);
    expect(stack.blobs(TXN).map(({ committed }) => committed)).toEqual([true]);
    const operations = stack.requests.map(({ operation }) => operation).slice(0, 9);
    expect(operations.filter((operation) => operation === "UploadPart")).toHaveLength(4);
    expect(operations.slice(-2)).toEqual(["PutObject", "PutObjectTagging"]);
  });

  test("takes the schemas of zod/mini, lists and what is optional; an empty blob is one too", async () => {
    const Album = mini.object({ photos: mini.array(blob()), cover: mini.optional(blob()) });
    const step = defineStep(mini.object({}), Album, () => ({ photos: [Buffer.from("1"), Buffer.alloc(0)] }), {
      name: "album",
    });
    const stack = createTestStack();

    const { error } = await testStep(step, { stack, sidecar: {} });

    expect(error).toBeUndefined();
    expect(stack.blobs(TXN).map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(["1", ""]);
  });

  test("uploads a source once that stands in two places, and none that the output leaves out", async () => {
    const source = Buffer.from("once");
    const Either = z.union([z.object({ a: blob(), no: z.literal(1) }), z.object({ a: blob(), b: blob() })]);
    const stack = createTestStack();
    const step = defineStep(z.object({}), Either, () => ({ a: source, b: source }), { name: "twice" });

    const { document } = await testStep(step, { stack, sidecar: {} });

    const output = document["twice-output"] as Record<string, unknown>;
    expect(output.a).toEqual(output.b);
    expect(stack.blobs(TXN)).toHaveLength(1);
  });

  test("uploads side by side, so that one source may feed two blobs", async () => {
    const stack = createTestStack();
    const Copies = z.object({ one: blob(), other: blob() });
    const step = defineStep(
      z.object({}),
      Copies,
      () => {
        const [one, other] = [new PassThrough(), new PassThrough()];
        const source = Readable.from([Buffer.alloc(MEBIBYTE), Buffer.alloc(MEBIBYTE)]);
        source.pipe(one);
        source.pipe(other);
        return { one, other };
      },
      { name: "copies" },
    );

    const { error } = await testStep(step, { stack, sidecar: {} });

    expect(error).toBeUndefined();
    expect(stack.blobs(TXN).map(({ bytes }) => bytes.byteLength)).toEqual([2 * MEBIBYTE, 2 * MEBIBYTE]);
  });

  test("passes a blob on that it has read, without a copy of it", async () => {
    const stack = createTestStack();
    const pass = defineStep(z.object({ scan: blob() }), Scan, ({ scan }) => ({ scan }), { name: "pass" });
    const scan = stack.writeBlob(TXN, "passed on");

    const { document, error } = await testStep(pass, { stack, sidecar: { scan } });

    expect(error).toBeUndefined();
    expect(document["pass-output"]).toEqual({ scan });
    expect(stack.blobs(TXN)).toHaveLength(1);
  });

  test("shows its route the blob as it is stored", async () => {
    const step = defineStep(z.object({}), Scan, () => ({ scan: Buffer.from("12345") }), {
      name: "scan",
      route: ({ scan }) => ({ size: scan.size }),
    });

    const { payload } = await testStep(step, { sidecar: {} });

    expect(payload?.route).toEqual({ scan: { size: 5 } });
  });

  test("encrypts blobs as the sidecar", async () => {
    const sse = { algorithm: "aws:kms", keyId: "key" } as const;
    const step = defineStep(z.object({}), Scan, () => ({ scan: Buffer.from("x") }), { name: "scan", sse });

    const { puts } = await testStep(step, { sidecar: {} });

    expect(puts.map(({ SSEKMSKeyId }) => SSEKMSKeyId)).toEqual(["key", "key"]);
  });
});

describe("a step that fails", () => {
  const fails = async (make: Parameters<typeof scanning>[0], stack: TestStack = createTestStack()) => {
    const { error, document } = await testStep(scanning(make), { stack, sidecar: {} });
    expect(document).toEqual({});
    return { error, stack };
  };

  const consumed = chunks("x");
  beforeAll(() => consumed.toArray());

  test.each<[string, () => unknown, string]>([
    ["text", () => "scanned", "neither a stream nor bytes"],
    ["a path", () => ({ file: "/etc/passwd" }), "neither a stream nor bytes"],
    ["a URL of the web", () => ({ file: new URL("https://example.org") }), "no file: URL"],
    ["a wrong type", () => ({ body: Buffer.from(""), contentType: "tiff\r\nx: y" }), "'type/subtype'"],
    ["a stream that was read", () => consumed, "has been read"],
  ])("refuses %s", async (_, make, message) => {
    const { error, stack } = await fails(make as never);

    expect(error?.name).toBe("StepOutputError");
    expect(error?.message).toContain(message);
    expect(stack.blobs(TXN)).toEqual([]);
  });

  test("sends no byte of an output that it refuses, and lets go of its streams", async () => {
    const stream = chunks("x");
    const stack = createTestStack();
    const step = defineStep(z.object({}), z.object({ scan: blob(), n: z.any() }), () => ({ scan: stream, n: 1n }), {
      name: "scan",
    });

    const { error } = await testStep(step, { stack, sidecar: {} });

    expect(error?.name).toBe("StepOutputError");
    expect(stream.destroyed).toBe(true);
    expect(stack.blobs(TXN)).toEqual([]);
  });

  test("throws what its stream has failed of, and leaves no parts behind", async () => {
    const stack = createTestStack();
    const failing = async function* () {
      for (let sent = 0; sent < 10; sent += 1) yield Buffer.alloc(MEBIBYTE);
      await vi.waitUntil(() => stack.requests.some(({ operation }) => operation === "UploadPart"));
      throw new RangeError("the scanner is gone");
    };

    const { error } = await fails(() => Readable.from(failing()), stack);

    expect(error).toMatchObject({ name: "RangeError", message: "the scanner is gone" });
    expect(stack.openUploads).toBe(0);
    expect(stack.requests.map(({ operation }) => operation)).toContain("AbortMultipartUpload");
  });

  test("ends the other uploads where one fails, and is tried again where S3 failed", async () => {
    const stack = createTestStack();
    stack.fail("PutObject", { status: 503 });
    const endless = new PassThrough();
    const step = defineStep(
      z.object({}),
      z.object({ one: blob(), other: blob() }),
      () => ({ one: Buffer.from("1"), other: endless }),
      { name: "two" },
    );

    const { error } = await testStep(step, { stack, sidecar: {} });

    expect(error).toMatchObject({ name: "SidecarUnavailableError", retryable: true });
    expect(endless.destroyed).toBe(true);
  });

  test("gives an upload up near the deadline", async () => {
    const stack = createTestStack();
    const source = new PassThrough();

    const { error } = await testStep(
      scanning(() => source),
      { stack, sidecar: {}, lambda: { getRemainingTimeInMillis: () => 40 } },
    );

    expect(error?.name).toBe("SidecarUnavailableError");
    expect(source.destroyed).toBe(true);
  });

  test("leaves the blob of a lost merge to the lifecycle", async () => {
    const stack = createTestStack();
    stack.fail("PutObject", { status: 403 });
    const step = scanning(() => chunks(Buffer.alloc(9 * MEBIBYTE)));

    const { error } = await testStep(step, { stack, sidecar: {} });

    expect(error?.name).toBe("AccessDenied");
    expect(stack.blobs(TXN).map(({ committed }) => committed)).toEqual([false]);
  });
});

describe("a step whose Lambda dies between the merge and the tag", () => {
  test("finds its output in the journal and keeps the blob, without running again", async () => {
    const stack = createTestStack();
    stack.fail("PutObjectTagging", { code: "ECONNRESET" });
    let runs = 0;
    const step = scanning(() => {
      runs += 1;
      return Buffer.from("scanned");
    });

    const first = await testStep(step, { stack, sidecar: {}, event: { sfs3 } });
    const before = stack.blobs(TXN).map(({ committed }) => committed);
    const second = await testStep(step, { stack, event: { sfs3: { ...sfs3, attempt: 2 } } });

    expect(first.error?.name).toBe("SidecarUnavailableError");
    expect(second.error).toBeUndefined();
    expect({ runs, before, after: stack.blobs(TXN).map(({ committed }) => committed) }).toEqual({
      runs: 1,
      before: [false],
      after: [true],
    });
  });

  test("keeps the blob of the attempt that stands, not its own", async () => {
    const stack = createTestStack();
    stack.fail("PutObjectTagging", { code: "ECONNRESET" });
    const earlier = scanning(() => Buffer.from("stands"));
    const later = scanning(() => {
      // The earlier attempt commits while this one runs.
      return Readable.from(
        (async function* () {
          await testStep(earlier, { stack, event: { sfs3 } });
          yield Buffer.from("lost");
        })(),
      );
    });

    const { error } = await testStep(later, { stack, sidecar: {}, event: { sfs3: { ...sfs3, attempt: 2 } } });

    expect(error).toBeUndefined();
    const found = stack.blobs(TXN).map(({ bytes, committed }) => [Buffer.from(bytes).toString(), committed]);
    expect(found).toEqual(
      expect.arrayContaining([
        ["stands", true],
        ["lost", false],
      ]),
    );
  });

  test("keeps the blobs of its own item of a Map", async () => {
    const stack = createTestStack();
    const step = scanning(() => Buffer.from("item"));
    const event = (item: number) => ({ sfs3: { ...sfs3, item } });
    stack.fail("PutObjectTagging", { status: 500 }, { status: 500 });
    await testStep(step, { stack, sidecar: {}, event: event(0) });
    await testStep(step, { stack, event: event(1) });

    await testStep(step, { stack, event: event(1) });

    expect(stack.blobs(TXN).map(({ committed }) => committed)).toEqual([false, true]);
  });

  test("says that the sidecar is corrupt where the blob is gone by then", async () => {
    const stack = createTestStack();
    stack.fail("PutObjectTagging", { code: "ECONNRESET" }, { status: 404 });
    const step = scanning(() => Buffer.from("scanned"));

    await testStep(step, { stack, sidecar: {}, event: { sfs3 } });
    const { error } = await testStep(step, { stack, event: { sfs3 } });

    expect(error).toMatchObject({ name: "SidecarCorruptError", message: expect.stringContaining("not there") });
  });
});

describe("in the parts layout", () => {
  const PARTS = `${TXN}/`;

  test("blobs lie beside the parts, and no reader takes their folder for an output", async () => {
    const stack = createTestStack({ layout: "parts" });
    const all = defineStep(z.looseObject({}), z.array(z.string()), (data) => Object.keys(data).sort(), { name: "all" });
    await testStep(
      scanning(() => Buffer.from("scanned")),
      { stack, sidecar: {}, event: { processData: PARTS } },
    );

    const seen = await testStep(see(text), { stack, event: { processData: PARTS } });
    const { document } = await testStep(all, { stack, event: { processData: PARTS } });

    expect(seen.document["see-output"]).toBe("scanned");
    expect(document["all-output"]).toEqual(["scan-output", "see-output"]);
    expect(stack.blobs(TXN).map(({ key, committed }) => [key.split("/", 3), committed])).toEqual([
      [[TXN, "blobs", "scan"], true],
    ]);
  });

  test("an output named 'blobs' has its items beside them", async () => {
    const stack = createTestStack({ layout: "parts" });
    const step = defineStep(z.object({}), Scan, () => ({ scan: Buffer.from("x") }), {
      name: "scan",
      outputKey: "blobs",
    });

    const { error, document } = await testStep(step, {
      stack,
      sidecar: {},
      event: { processData: PARTS, sfs3: { ...sfs3, item: 0 } },
    });

    expect(error).toBeUndefined();
    expect(document.blobs).toEqual([{ scan: { $blob: expect.objectContaining({ size: 1 }) } }]);
  });

  test.each([undefined, 3])("a retry keeps the blob that stands (item %s)", async (item) => {
    const stack = createTestStack({ layout: "parts" });
    stack.fail("PutObjectTagging", { code: "ECONNRESET" });
    const step = scanning(() => Buffer.from("scanned"));
    const event = { processData: PARTS, sfs3: { ...sfs3, ...(item !== undefined && { item }) } };

    const first = await testStep(step, { stack, sidecar: {}, event });
    const second = await testStep(step, { stack, event });

    expect([first.error?.name, second.error]).toEqual(["SidecarUnavailableError", undefined]);
    expect(stack.blobs(TXN).map(({ committed }) => committed)).toEqual([true]);
  });
});

describe("a step that reads a blob", () => {
  const reading = async (look: (scan: StoredBlob) => unknown) => {
    const stack = createTestStack();
    const scan = stack.writeBlob(TXN, "0123456789");
    return testStep(see(look), { stack, sidecar: { "scan-output": { scan } } });
  };

  test("asks for it when it is read, each time anew", async () => {
    const { document, requests } = await reading(async (scan) => [
      await text(scan),
      Buffer.concat(await scan.stream().toArray()).toString(),
    ]);

    expect(document["see-output"]).toEqual(["0123456789", "0123456789"]);
    expect(requests.filter(({ operation, key }) => operation === "GetObject" && key.includes("/blobs/"))).toHaveLength(
      2,
    );
  });

  test("does not ask for what is not read", async () => {
    const { requests, document } = await reading(({ size }) => size);

    expect(document["see-output"]).toBe(10);
    expect(requests.map(({ key }) => key)).toEqual([TXN, TXN]);
  });

  test("signs an address for 15 minutes, or for as long as it is asked to", async () => {
    const { document } = await reading(async (scan) => [
      await scan.url(),
      await scan.url({ expiresInSeconds: 604_800 }),
    ]);

    const urls = (document["see-output"] as string[]).map((url) => new URL(url));
    expect(urls.map(({ searchParams }) => searchParams.get("X-Amz-Expires"))).toEqual(["900", "604800"]);
    expect(urls[0]?.pathname).toMatch(/^\/test-transaction\/blobs\/test\//);
  });

  test.each([0, 604_801, 1.5, Number.NaN])("refuses an address for %d s", async (expiresInSeconds) => {
    const { error } = await reading((scan) => scan.url({ expiresInSeconds }));

    expect(error).toMatchObject({ name: "StepConfigurationError", message: expect.stringContaining("1 to 604800") });
  });

  test.each<[string, Parameters<TestStack["fail"]>[1], string]>([
    ["the blob is gone", { status: 404 }, "SidecarCorruptError"],
    ["S3 throttles", { status: 503 }, "SidecarUnavailableError"],
    ["S3 denies", { status: 403 }, "AccessDenied"],
  ])("fails where %s", async (_, fault, name) => {
    const stack = createTestStack();
    const scan = stack.writeBlob(TXN, "0123456789");
    const step = see((found) => {
      stack.fail("GetObject", fault);
      return text(found);
    });

    const { error } = await testStep(step, { stack, sidecar: { "scan-output": { scan } } });

    expect(error?.name).toBe(name);
  });

  test("notices bytes that are not the blob's", async () => {
    const stack = createTestStack();
    const scan = stack.writeBlob(TXN, "0123456789");
    const checksum = "crc32-AAAAAA==";

    const { error } = await testStep(see(text), {
      stack,
      sidecar: { "scan-output": { scan: { $blob: { ...scan.$blob, checksum } } } },
    });

    expect(error).toMatchObject({ name: "SidecarCorruptError", message: expect.stringContaining("checksum") });
  });

  test("stops reading near the deadline", async () => {
    const stack = createTestStack();
    const scan = stack.writeBlob(TXN, "0123456789");
    const step = see(async (found) => {
      const stream = found.stream();
      await new Promise((resolve) => stream.on("error", resolve));
      return stream.errored?.name;
    });

    const { document } = await testStep(step, {
      stack,
      sidecar: { "scan-output": { scan } },
      lambda: { getRemainingTimeInMillis: () => 1_000 },
    });

    expect(document["see-output"]).toBe("AbortError");
  });

  test("with any other schema sees the reference", async () => {
    const stack = createTestStack();
    const scan = stack.writeBlob(TXN, "x");
    const step = defineStep(z.object({ scan: z.unknown() }), z.unknown(), ({ scan: found }) => found, { name: "raw" });

    const { document } = await testStep(step, { stack, sidecar: { scan } });

    expect(document["raw-output"]).toEqual(scan);
  });
});

describe("outside of a step", () => {
  test("a schema looks at what it is given and holds no bytes", async () => {
    const { scan } = Scan.parse({ scan: createTestStack().writeBlob("any-transaction", "x") });

    expect(scan.size).toBe(1);
    await expect(scan.bytes()).rejects.toThrow("outside of a step");
    expect(() => Scan.parse({ scan: Buffer.from("x") }).scan.size).toThrow("outside of a step");
    expect(Scan.safeParse({ scan: "x" }).success).toBe(false);
  });

  test("its JSON Schema is that of a reference", () => {
    expect(z.toJSONSchema(Scan)).toMatchObject({
      properties: { scan: { type: "object", required: ["$blob"], additionalProperties: false } },
      required: ["scan"],
    });
  });
});
