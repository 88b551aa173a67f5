import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** A Lambda's bundle as it is deployed: one file, ESM, minified. */
export async function bundled(source, options = {}) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: `${import.meta.dirname}/..`, loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    ...options,
  });
  const { contents } = outputFiles[0];
  return { contents, bytes: contents.length, gzipped: gzipSync(contents).length };
}
