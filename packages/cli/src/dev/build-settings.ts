import type { BuildOptions } from "esbuild";

/** How sources become bundles that Node.js runs as it would run the sources. */
export const SETTINGS = {
  bundle: true,
  // Modules that share code go on sharing it, as one instance.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Node.js has no condition "module", which bundlers add.
  conditions: [],
  metafile: true,
  write: false,
  sourcemap: "inline",
  sourcesContent: false,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  // Bundles are ES modules wherever their folder lies.
  outExtension: { ".js": ".mjs" },
  logLevel: "silent",
  // CommonJS inside an ES module goes on requiring what is not bundled.
  banner: {
    js: 'import { createRequire as sfs3CreateRequire } from "node:module"; const require = sfs3CreateRequire(import.meta.url);',
  },
} as const satisfies BuildOptions;
