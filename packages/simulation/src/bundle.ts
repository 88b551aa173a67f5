import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { CONTAINER_STATE } from "./container-state.js";

/** A text of one module, and what stands there instead. */
export interface Edit {
  readonly name: string;
  /** End of the module's path. */
  readonly module: string;
  readonly text: string;
  readonly replacement: string;
}

/**
 * The worker with all that it runs, as one script: the packages by their exports, the AWS clients as they are. One script,
 * so that a run loads nothing while it goes on, and so that an edit changes one text of one module and nothing else.
 *
 * @throws Error where an edit's text is not in its module, exactly once
 */
export const bundleWorker = async (edits: readonly Edit[]): Promise<string> => {
  const all = [...CONTAINER_STATE, ...edits];
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./worker", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    // Modules that find files beside them are loaded, and not run.
    define: { "import.meta.url": '"file:///simulation/worker.js"' },
    logLevel: "silent",
    plugins: [editing(all)],
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error("esbuild wrote no worker.");
  return script.text;
};

const editing = (edits: readonly Edit[]): Plugin => ({
  name: "edits",
  setup: ({ onLoad, onEnd }) => {
    const applied = new Set<Edit>();
    const endings = edits.map(({ module }) => module.replaceAll(".", "\\."));
    onLoad({ filter: new RegExp(`/(?:${endings.join("|")})$`) }, async ({ path }) => {
      const own = edits.filter(({ module }) => path.replaceAll("\\", "/").endsWith(`/${module}`));
      for (const edit of own) applied.add(edit);
      return { contents: own.reduce(edited, await readFile(path, "utf8")) };
    });
    onEnd(() => {
      const missed = edits.find((edit) => !applied.has(edit));
      if (missed === undefined) return;
      throw new Error(`'${missed.name}': no module ends in ${missed.module}. Make the edit fit.`);
    });
  },
});

const edited = (source: string, { name, module, text, replacement }: Edit): string => {
  const parts = source.split(text);
  if (parts.length === 2) return parts.join(replacement);
  const times = parts.length - 1;
  throw new Error(`'${name}': ${module} has ${times} times ${JSON.stringify(text)}, not once. Make the edit fit it.`);
};
