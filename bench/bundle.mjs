import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const WITHOUT_AWS_SDK = ["@aws-sdk/*", "@smithy/*"];

/** Two schemas as a step has them. */
const SCHEMAS = "export const schemas = [z.object({ foo: z.string() }), z.object({ length: z.number() })];";

const BUNDLES = [
  ["`defineStep`, AWS SDK external", `export { defineStep } from "@sfs3/sdk";`, WITHOUT_AWS_SDK],
  ["`defineStep`, AWS SDK bundled", `export { defineStep } from "@sfs3/sdk";`, []],
  ['two schemas, `import * as z from "zod"`', `import * as z from "zod"; ${SCHEMAS}`, []],
  ['two schemas, `import { z } from "zod"`', `import { z } from "zod"; ${SCHEMAS}`, []],
  ['two schemas, `import * as z from "zod/mini"`', `import * as z from "zod/mini"; ${SCHEMAS}`, []],
];

/** Prints what a Lambda's bundle is made of: ESM, minified. The Lambda runtime has the AWS SDK on board. */
export async function measureBundle() {
  console.log("| bundle | bytes | gzipped |\n| --- | --- | --- |");
  for (const [label, source, external] of BUNDLES) {
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: import.meta.dirname, loader: "js" },
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
