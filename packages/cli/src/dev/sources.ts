import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { makeFolder } from "@sfs3/local";
import type { BuildContext, BuildResult, Metafile, OutputFile, Plugin } from "esbuild";
import { CliError, refusing } from "../cli-error.js";
import { replaceFile } from "../replace-file.js";
import { SETTINGS } from "./build-settings.js";
import { importMeta } from "./import-meta.js";
import { installedPackages } from "./installed-packages.js";

/** The modules as they are at one moment: paths of their sources, and of the bundles that stand for them. */
export type Bundles = ReadonlyMap<string, string>;

/** How a build ended; a broken one comes with what the compiler says, for people. */
export type BuildOutcome = Built | { readonly broken: string };

interface Built {
  readonly bundles: Bundles;
  /** Names of all files that the bundles consist of. */
  readonly files: readonly string[];
}

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
  /** What paths in messages are relative to. */
  readonly cwd: string;
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
  let last: BuildOutcome | undefined;
  const opening = openCompiler(options, (outcome) => {
    last = outcome;
    return listener(outcome);
  });
  // Its failure belongs to whoever builds.
  opening.catch(() => {});
  return {
    build: async () => {
      const failure = await (await opening).rebuild().catch((error: unknown) => error);
      if (last !== undefined && "bundles" in last) return last.bundles;
      throw new CliError(`The sources do not compile.\n${last?.broken ?? failure}`, { cause: failure });
    },
    tidy: () => {
      const kept = last !== undefined && "bundles" in last ? last.files : [];
      for (const name of readdirSync(folder)) if (!kept.includes(name)) rmSync(join(folder, name));
    },
    watch: async (told) => {
      listener = told;
      await (await opening).watch();
    },
    close: () => opening.then((compiler) => compiler.dispose()).catch(() => {}),
  };
}

async function openCompiler(
  { modules, folder, cwd, color }: SourcesOptions,
  onBuild: (outcome: BuildOutcome) => Promise<void>,
): Promise<BuildContext> {
  const { context, formatMessages } = await import("esbuild");
  await refusing("The sources cannot be bundled", () => makeFolder(folder));
  const outcomeOf = async ({ errors, metafile, outputFiles = [] }: BuildResult): Promise<BuildOutcome> => {
    if (metafile === undefined || errors.length > 0) {
      return { broken: (await formatMessages(errors, { kind: "error", color })).join("").trimEnd() };
    }
    const failure = await failureToWrite(outputFiles);
    if (failure !== undefined) return { broken: failure.message };
    return { bundles: bundlesOf(metafile, cwd), files: outputFiles.map(({ path }) => basename(path)) };
  };
  const tell: Plugin = {
    name: "sfs3-tell",
    setup: ({ onEnd }) => onEnd((result) => outcomeOf(result).then(onBuild)),
  };
  return context({
    ...SETTINGS,
    absWorkingDir: cwd,
    entryPoints: [...modules],
    outdir: folder,
    plugins: [installedPackages, importMeta, tell],
  });
}

/**
 * Writes what is not there yet, each file whole: one that is there is taken for written. The compiler would remove what it
 * wrote before, which executions under way still need.
 */
function failureToWrite(files: readonly OutputFile[]): Promise<CliError | undefined> {
  const writing = refusing("The bundles cannot be written", async () => {
    for (const { path, contents } of files) if (!existsSync(path)) replaceFile(path, contents);
  });
  return writing.then(
    () => undefined,
    (error: CliError) => error,
  );
}

function bundlesOf({ outputs }: Metafile, cwd: string): Bundles {
  const entries = Object.entries(outputs).flatMap(([output, { entryPoint }]) =>
    entryPoint === undefined ? [] : [[resolve(cwd, entryPoint), resolve(cwd, output)] as const],
  );
  return new Map(entries);
}
