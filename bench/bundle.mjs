import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const SOURCE = `export { defineStep } from "@sfs3/sdk";`;

/** Prints the bytes of the SDK in a Lambda's bundle: ESM, minified. The Lambda runtime has the AWS SDK on board. */
export async function measureBundle() {
  console.log("| AWS SDK | bytes | gzipped |\n| --- | --- | --- |");
  for (const [label, external] of [
    ["external", ["@aws-sdk/*", "@smithy/*"]],
    ["bundled", []],
  ]) {
    const { outputFiles } = await build({
      stdin: { contents: SOURCE, resolveDir: import.meta.dirname, loader: "js" },
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "node20",
      external,
    });
    const bytes = outputFiles[0].contents;
    console.log(`| ${label} | ${bytes.length} | ${gzipSync(bytes).length} |`);
  }
}
