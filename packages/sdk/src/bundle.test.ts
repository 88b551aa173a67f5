import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { expect, test } from "vitest";

const HANDLER = `import { defineStep } from "./index.js"; export const step = defineStep;`;

/** As a Lambda is bundled; the entry is what a cold start loads. */
const bundle = async (source: string, options: Pick<BuildOptions, "external" | "mainFields" | "splitting"> = {}) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    outdir: "out",
    external: ["@aws-sdk/*", "@smithy/*"],
    ...options,
  });
  const { outputs } = metafile;
  const eager = new Set(Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === "<stdin>"));
  for (const path of eager) {
    for (const { kind, path: imported } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement") eager.add(imported);
    }
  }
  const eagerOutputs = [...eager].flatMap((path) => outputs[path] ?? []);
  const eagerFiles = outputFiles.filter(({ path }) => [...eager].some((output) => path.endsWith(output)));
  return {
    text: outputFiles[0]?.text,
    eagerGzipBytes: gzipSync(Buffer.concat(eagerFiles.map(({ contents }) => contents))).length,
    eagerBytes: eagerOutputs.reduce((sum, { bytes }) => sum + bytes, 0),
    eagerInputs: eagerOutputs.flatMap(({ inputs }) => Object.keys(inputs)),
    eagerPackages: [...eager].filter((path) => path.startsWith("@")).sort(),
    inputs: Object.keys(metafile.inputs),
  };
};

/** A legitimate rise edits this number in the commit that causes it. */
const MAX_BYTES = 55_900;

test("the Lambda path bundles without the flow builder, the test stack or zod's classic face, below its ceiling", async () => {
  const { eagerBytes, inputs } = await bundle(HANDLER);

  expect(inputs.some((path) => path.endsWith("src/run-step.ts"))).toBe(true);
  expect(inputs.filter((path) => /src\/(api|flow|testing)\/|zod\/v4\/classic/.test(path))).toEqual([]);
  expect(eagerBytes).toBeLessThan(MAX_BYTES);
});

/** What is evaluated before a handler is ready; the parts layout is not, as long as no key asks for it. */
const MAX_EAGER_BYTES = 37_400;

test("a cold start evaluates nothing of the parts layout", async () => {
  const { eagerBytes, eagerInputs, inputs } = await bundle(HANDLER, { splitting: true });

  expect(inputs.filter((path) => path.includes("sidecar/parts/"))).not.toEqual([]);
  expect(eagerInputs.filter((path) => path.includes("sidecar/parts/"))).toEqual([]);
  expect(eagerBytes).toBeLessThan(MAX_EAGER_BYTES);
});

test.each([true, false])(
  "a cold start loads the clients of S3 and the IoT data plane alone (splitting: %s)",
  async (splitting) => {
    const { eagerPackages } = await bundle(HANDLER, { splitting });

    expect(eagerPackages).toEqual(["@aws-sdk/client-iot-data-plane", "@aws-sdk/client-s3"]);
  },
);

test.each([
  ["createStartHandler", ["client-s3", "client-sfn"]],
  ["createStateHandler", ["client-sfn"]],
  ["createIotAuthHandler", ["client-sts"]],
  ["createStatusNotifier", ["client-iot-data-plane", "client-s3", "client-sfn"]],
])("%s alone loads the clients that it calls, and no flow builder", async (handler, clients) => {
  const source = `import { ${handler} } from "./api/index.js"; export const handler = ${handler};`;
  const { eagerPackages, inputs } = await bundle(source, { splitting: true });

  expect(eagerPackages).toEqual(clients.map((client) => `@aws-sdk/${client}`));
  expect(inputs.filter((path) => /src\/(testing|flow\/builder)|zod\/v4\/classic/.test(path))).toEqual([]);
});

/** With the AWS clients inside: S3's, the IoT data plane's and what both stand on. */
const MAX_WHOLE_BYTES = 634_000;

test("a Lambda that carries its AWS clients keeps that of Step Functions out of a cold start, and has none of the IoT control plane", async () => {
  const { eagerBytes, eagerInputs, inputs } = await bundle(HANDLER, { external: [], splitting: true });

  expect(inputs.filter((path) => path.includes("client-sfn/"))).not.toEqual([]);
  expect(eagerInputs.filter((path) => path.includes("client-sfn/"))).toEqual([]);
  expect(inputs.filter((path) => path.includes("client-iot/"))).toEqual([]);
  expect(eagerBytes).toBeLessThan(MAX_WHOLE_BYTES);
});

const SCHEMAS = `import * as z from "zod"; const Input = z.object({ a: z.string() }), Output = z.object({ b: z.number() });`;

const BY_HAND = `${SCHEMAS}
  import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
  import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
  const s3 = new S3Client({}), iot = new IoTDataPlaneClient({});
  export const handler = async ({ processData: Key }) => {
    const Bucket = process.env.BUCKET_NAME;
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const document = JSON.parse(await Body.transformToString());
    document.output = Output.parse({ b: Input.parse(document).a.length });
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(document), IfMatch: ETag }));
    await iot.send(new PublishCommand({ topic: Key, payload: Buffer.from("{}") }));
  };`;

const AS_A_STEP = `${SCHEMAS}
  import { defineStep } from "./index.js";
  export const handler = defineStep(Input, Output, ({ a }) => ({ b: a.length }), { name: "step" });`;

const ES_MODULES = { mainFields: ["module", "main"] as string[] };
const SFN = "@aws-sdk/client-sfn";

/** What a step may load beyond the same work by hand in a bundle of the same kind. */
const MAX_MORE_GZIP_BYTES = [
  ["in one file", { external: [] }, 34_200],
  ["in one file, the client of Step Functions left out", { external: [SFN] }, 21_000],
  ["in one file of the clients' ES modules", { external: [], ...ES_MODULES }, 47_700],
  [
    "in one file of the clients' ES modules, that of Step Functions left out",
    { external: [SFN], ...ES_MODULES },
    29_900,
  ],
  ["with splitting", { external: [], splitting: true }, 12_300],
  ["with splitting, of the clients' ES modules", { external: [], splitting: true, ...ES_MODULES }, 12_800],
] as const;

test.each(MAX_MORE_GZIP_BYTES)(
  "a step with its clients and zod loads no more than its ceiling beyond a handler by hand: %s",
  async (_, { external, ...options }, maxMoreGzipBytes) => {
    const [byHand, step] = await Promise.all(
      [BY_HAND, AS_A_STEP].map((source) => bundle(source, { ...options, external: [...external] })),
    );

    expect(byHand?.eagerInputs.some((path) => path.includes("client-s3"))).toBe(true);
    expect((step?.eagerGzipBytes ?? Number.NaN) - (byHand?.eagerGzipBytes ?? 0)).toBeLessThan(maxMoreGzipBytes);
  },
);

test("an import that is not used leaves nothing: no module acts when imported", async () => {
  const { text } = await bundle(`import { defineStep, Sfs3Error } from "./index.js";`);

  expect(text).toBe("");
});
