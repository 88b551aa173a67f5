import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/**
 * A Lambda's bundle as it is deployed: ESM, minified, its entry `index.mjs`. `files` are all of it; `bytes` and `gzipped` count
 * what a cold start loads, as one piece, which is less than all where esbuild's `splitting` is on.
 */
export async function bundled(source, options = {}) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: `${import.meta.dirname}/..`, loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "node20",
    outdir: "out",
    entryNames: "index",
    outExtension: { ".js": ".mjs" },
    ...options,
  });
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
  const eager = eagerNames(metafile.outputs);
  const loaded = Buffer.concat(files.filter(({ name }) => eager.has(name)).map(({ contents }) => contents));
  return { files, bytes: loaded.length, gzipped: gzipSync(loaded).length };
}

/** The entry, and what it imports at once. */
function eagerNames(outputs) {
  const eager = new Set(Object.keys(outputs).filter((path) => outputs[path].entryPoint === "<stdin>"));
  for (const path of eager) {
    const { imports } = outputs[path];
    for (const { kind, path: imported, external } of imports) {
      if (kind === "import-statement" && !external) eager.add(imported);
    }
  }
  return new Set([...eager].map((path) => basename(path)));
}
