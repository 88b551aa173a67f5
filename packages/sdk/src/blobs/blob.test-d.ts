import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { type DocumentOf, flow } from "../flow/index.js";
import { type BlobReference, blob, defineStep, type StoredBlob } from "../index.js";

const Scan = z.object({ scan: blob() });
const scan = defineStep(z.object({}), Scan, () => ({ scan: Buffer.from("") }), { name: "scan" });
const see = defineStep(z.object({ "scan-output": Scan }), z.object({}), () => ({}), { name: "see" });
const seeRaw = defineStep(z.object({ "scan-output": z.unknown() }), z.object({}), () => ({}), { name: "see-raw" });

const writer = <const TShape extends z.core.$ZodShape>(shape: TShape) =>
  defineStep(z.object({}), z.object(shape), () => ({}) as never, { name: "writer" });

test("fn may return a stream, bytes, a file or a blob that it has read", () => {
  defineStep(z.object({ scan: blob() }), Scan, ({ scan: read }) => ({ scan: read }), { name: "pass" });
  defineStep(z.object({}), Scan, () => ({ scan: Readable.from([]) }), { name: "stream" });
  defineStep(z.object({}), Scan, () => ({ scan: new ReadableStream<Uint8Array>() }), { name: "web" });
  defineStep(z.object({}), Scan, () => ({ scan: { body: new Uint8Array(), contentType: "a/b" } }), { name: "typed" });
  defineStep(z.object({}), Scan, () => ({ scan: { file: pathToFileURL("/tmp/scan") } }), { name: "file" });
  // @ts-expect-error text could be a path or the bytes
  defineStep(z.object({}), Scan, () => ({ scan: "/tmp/scan" }), { name: "text" });
  // @ts-expect-error a path may come from data; a URL may not
  defineStep(z.object({}), Scan, () => ({ scan: { file: "/tmp/scan" } }), { name: "path" });
});

test("fn receives the blob, also from a schema of zod/mini", () => {
  defineStep(
    Scan,
    z.object({}),
    (data) => {
      expectTypeOf(data).toEqualTypeOf<{ scan: StoredBlob }>();
      return {};
    },
    { name: "see" },
  );
  defineStep(
    mini.object({ scan: mini.optional(blob()) }),
    z.object({}),
    (data) => {
      expectTypeOf(data).toEqualTypeOf<{ scan?: StoredBlob | undefined }>();
      return {};
    },
    { name: "see" },
  );
});

test("the document holds the reference", () => {
  const process = flow("Scans", { input: z.object({}), topicRoot: "scans" })
    .step(scan)
    .step(see);
  expectTypeOf<DocumentOf<typeof process>["scan-output"]>().toEqualTypeOf<{
    scan: { $blob: { key: BlobReference["$blob"]["key"]; size: number; contentType: string; checksum: string } };
  }>();
  flow("Scans", { input: z.object({}), topicRoot: "scans" })
    .step(scan)
    .step(seeRaw);
});

test("a reader's blob() takes a writer's blob() and nothing else", () => {
  const start = flow("Scans", { input: z.object({}), topicRoot: "scans" });
  const Reads = z.object({ "writer-output": z.object({ scan: blob() }) });
  const reader = defineStep(Reads, z.object({}), () => ({}), { name: "reader" });

  start.step(writer({ scan: blob() })).step(reader);
  // @ts-expect-error text is no blob
  start.step(writer({ scan: z.string() })).step(reader);
  // @ts-expect-error a path is none
  start.step(writer({ scan: z.object({ file: z.string() }) })).step(reader);
  // @ts-expect-error what looks like a reference is none
  start.step(writer({ scan: z.object({ $blob: LooksLike }) })).step(reader);
  // @ts-expect-error a blob is not what other schemas describe
  start.step(writer({ scan: blob() })).step(textReader);
});

const LooksLike = z.object({ key: z.string(), size: z.number(), contentType: z.string(), checksum: z.string() });

const textReader = defineStep(z.object({ "writer-output": z.object({ scan: z.string() }) }), z.object({}), () => ({}), {
  name: "text-reader",
});
