import { table } from "../report/markdown.mjs";
import { bundled } from "./bundled.mjs";

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

/** What a Lambda's bundle is made of. The Lambda runtime has the AWS SDK on board. */
export const bundle = {
  name: "bundle",
  title: "what a Lambda's bundle is made of",
  async measure() {
    const rows = [];
    for (const [label, source, external] of BUNDLES) {
      const { bytes, gzipped } = await bundled(source, { external });
      rows.push([label, bytes, gzipped]);
    }
    return { markdown: table(["bundle", "bytes", "gzipped"], rows), ratios: [], aims: [] };
  },
};
