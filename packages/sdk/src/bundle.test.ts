import { build } from "esbuild";
import { expect, test } from "vitest";

const bundle = async (source: string) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    external: ["@aws-sdk/*", "@smithy/*"],
  });
  return {
    bytes: outputFiles[0]?.contents.length ?? 0,
    inputs: Object.keys(metafile.inputs),
    text: outputFiles[0]?.text,
  };
};

const MAX_BYTES = 60_000;

test("the Lambda path bundles without the flow builder, the test stack or zod's classic face, below its ceiling", async () => {
  const { bytes, inputs } = await bundle(`import { defineStep } from "./index.js"; export const step = defineStep;`);

  expect(inputs.some((path) => path.endsWith("src/run-step.ts"))).toBe(true);
  expect(inputs.filter((path) => /src\/(flow|testing)\/|zod\/v4\/classic/.test(path))).toEqual([]);
  expect(bytes).toBeLessThan(MAX_BYTES);
});

test("an import that is not used leaves nothing: no module acts when imported", async () => {
  const { text } = await bundle(`import { defineStep, Sfs3Error } from "./index.js";`);

  expect(text).toBe("");
});
