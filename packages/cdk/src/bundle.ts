import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { type BuildOptions, buildSync } from "esbuild";
import { DeploymentError } from "./deployment-error.js";

/** What of esbuild a project may set for its functions. Source: esbuild's documentation, "API". */
export type BundlingOptions = Pick<
  BuildOptions,
  "alias" | "conditions" | "define" | "external" | "loader" | "mainFields" | "minify" | "sourcesContent" | "tsconfig"
>;

/** A module that no file holds: what a function runs. */
export interface HandlerSource {
  /** What a message calls it. */
  readonly label: string;
  /** The module's text; it exports `handler`. */
  readonly code: string;
  /** The folder from which its imports are looked up. */
  readonly folder: string;
}

const SETTINGS = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node22",
  minify: true,
  // Names of errors are matched by Retry and Catch; an author's class may take its from the constructor.
  keepNames: true,
  // Of a package that has both, the ES modules: what is not used is left out.
  mainFields: ["module", "main"],
  // What is imported late, as the clients that few invocations need, is loaded late.
  splitting: true,
  sourcemap: "linked",
  sourcesContent: false,
  outExtension: { ".js": ".mjs" },
  write: false,
  logLevel: "silent",
  // CommonJS inside an ES module goes on requiring Node.js's own modules.
  banner: {
    js: 'import { createRequire as sfs3CreateRequire } from "node:module"; const require = sfs3CreateRequire(import.meta.url);',
  },
} as const satisfies BuildOptions;

/**
 * A function's code, made by esbuild while the app is synthesized: no Docker, no network. Where the stack is not asked
 * for, as by `cdk ls`, nothing is bundled.
 */
export const bundle = (source: HandlerSource, options: BundlingOptions = {}): Code =>
  Code.fromAsset(source.folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: what is bundled locally needs none.
      image: DockerImage.fromRegistry("scratch"),
      // The CDK makes an asset once for each folder and command.
      command: [source.code, JSON.stringify(options)],
      local: {
        tryBundle: (outputFolder) => {
          writeBundle(source, options, outputFolder);
          return true;
        },
      },
    },
  });

/**
 * Writes the bundle as `index.mjs` and what it imports late. Paths in its source maps start at the source's folder, so
 * that the same sources give the same bytes wherever they are written to.
 *
 * @throws DeploymentError with esbuild's own words
 */
export const writeBundle = (source: HandlerSource, options: BundlingOptions, outputFolder: string): void => {
  for (const { path, contents } of build(source, options)) {
    const target = join(outputFolder, relative(source.folder, path));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, contents);
  }
};

const build = ({ label, code, folder }: HandlerSource, options: BundlingOptions) => {
  try {
    const stdin = { contents: code, resolveDir: folder, sourcefile: "handler.mjs" };
    const { outputFiles } = buildSync({
      ...SETTINGS,
      ...options,
      stdin,
      absWorkingDir: folder,
      outdir: folder,
      entryNames: "index",
    });
    return outputFiles;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DeploymentError(`${label} cannot be bundled: ${reason}`, { cause });
  }
};
