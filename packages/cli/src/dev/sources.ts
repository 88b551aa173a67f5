import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BuildFailure, BuildOptions, BuildResult, Message, Metafile, Plugin } from "esbuild";
import { CliError } from "../cli-error.js";
import { importMeta } from "./import-meta.js";
import { installedPackages } from "./installed-packages.js";

/** The modules as they are at one moment: paths of their sources, and of the bundles that stand for them. */
export type Bundles = ReadonlyMap<string, string>;

/** How a build ended; a broken one comes with what the compiler says, for people. */
export type BuildOutcome = { readonly bundles: Bundles } | { readonly broken: string };

/** Modules that are bundled, and bundled anew whenever one of them, or something they import, changes. */
export interface Sources {
  /** @throws `CliError` where a source is broken */
  build(): Promise<Bundles>;
  /** Removes bundles that are not of the last build: earlier sessions have left them. */
  tidy(): void;
  /** Tells of every build from now on; the next one waits until `listener` is done. It must not throw. */
  watch(listener: (outcome: BuildOutcome) => Promise<void>): Promise<void>;
  /** Ends the watching. */
  close(): Promise<void>;
}

export interface SourcesOptions {
  /** Absolute paths. */
  readonly modules: readonly string[];
  /** Folder of the bundles, which nothing else uses; made if there is none. */
  readonly folder: string;
  /** Whether messages are coloured. */
  readonly color: boolean;
}

/**
 * Opens modules for bundling. A bundle is what lets an execution go on with the code that it began with: the sources on
 * disk are those of a later version by then. Its name changes with its content.
 */
export function openSources(options: SourcesOptions): Sources {
  const { folder } = options;
  let listener: (outcome: BuildOutcome) => Promise<void> = async () => {};
  let outputs: readonly string[] = [];
  const opening = openCompiler(options, (outcome) => listener(outcome));
  // Its failure belongs to whoever builds.
  opening.catch(() => {});
  return {
    build: async () => {
      const { building, describe } = await opening;
      const { metafile } = await building.rebuild().catch(async (failure: BuildFailure) => {
        throw new CliError(`The sources do not compile.\n${await describe(failure.errors)}`, { cause: failure });
      });
      outputs = Object.keys(metafile.outputs);
      return bundlesOf(metafile, folder);
    },
    tidy: () => {
      for (const name of readdirSync(folder)) if (!outputs.includes(name)) rmSync(join(folder, name));
    },
    watch: async (told) => {
      listener = told;
      await (await opening).building.watch();
    },
    close: async () => opening.then(({ building }) => building.dispose()).catch(() => {}),
  };
}

async function openCompiler(
  { modules, folder, color }: SourcesOptions,
  onBuild: (outcome: BuildOutcome) => Promise<void>,
) {
  const esbuild = await import("esbuild");
  mkdirSync(folder, { recursive: true });
  const describe = async (errors: Message[]): Promise<string> =>
    (await esbuild.formatMessages(errors, { kind: "error", color })).join("").trimEnd();
  const tell: Plugin = {
    name: "sfs3-tell",
    setup: ({ onEnd }) =>
      onEnd(async ({ errors, metafile }: BuildResult) =>
        onBuild(metafile ? { bundles: bundlesOf(metafile, folder) } : { broken: await describe(errors) }),
      ),
  };
  const building = await esbuild.context({
    ...SETTINGS,
    absWorkingDir: folder,
    entryPoints: [...modules],
    outdir: folder,
    plugins: [installedPackages, importMeta, tell],
  });
  return { building, describe };
}

const SETTINGS = {
  bundle: true,
  // Modules that share code go on sharing it, as one instance.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Node.js has no condition "module", which bundlers add.
  conditions: [],
  metafile: true,
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

function bundlesOf({ outputs }: Metafile, folder: string): Bundles {
  const entries = Object.entries(outputs).flatMap(([output, { entryPoint }]) =>
    entryPoint === undefined ? [] : [[resolve(folder, entryPoint), resolve(folder, output)] as const],
  );
  return new Map(entries);
}
