import { build, type Platform } from "esbuild";
import { expect, test } from "vitest";

const bundle = async (source: string, platform: Platform = "browser") => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform,
    outdir: "out",
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return {
    text: outputFiles[0]?.text ?? "",
    bytes: outputFiles[0]?.contents.byteLength ?? 0,
    packages: new Set(
      Object.keys(metafile.inputs).flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
    ),
    external: imports.filter(({ external }) => external).map(({ path }) => path),
  };
};

const ENTRY = `import { createProcessClient } from "@sfs3/client"; globalThis.client = createProcessClient;`;

/** mqtt's own browser build is most of it. A legitimate rise edits this number in the commit that causes it. */
const MAX_BYTES = 460_000;

test("a browser's build has nothing of Node.js, of proxies or of the AWS clients, and stays below its ceiling", async () => {
  const { bytes, packages, external } = await bundle(ENTRY);

  expect(external).toEqual([]);
  expect(packages).toContain("mqtt");
  for (const unwanted of ["undici", "https-proxy-agent", "proxy-from-env", "zod", "@sfs3/sdk", "@aws-sdk/client-s3"]) {
    expect(packages).not.toContain(unwanted);
  }
  expect(bytes).toBeLessThan(MAX_BYTES);
});

test("an import that is not used leaves nothing: no module of this package acts when imported", async () => {
  const { text } = await bundle(`import { createProcessClient, StartError } from "@sfs3/client";`);

  expect(text).toBe("");
});

test("in Node.js, the AWS clients are for those who ask for them by the subpath", async () => {
  const { packages } = await bundle(ENTRY, "node");

  expect(packages).toContain("https-proxy-agent");
  expect(packages).not.toContain("@aws-sdk/client-s3");
  expect(packages).not.toContain("@aws-sdk/client-sfn");
});
