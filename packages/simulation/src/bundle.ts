import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Mutation } from "./mutations.js";

/**
 * The worker with all that it runs, as one script: the packages by their exports, the AWS clients as they are. One script,
 * so that a run loads nothing while it goes on, and so that a mutation changes one text of one module and nothing else.
 *
 * @throws Error where the mutation's text is not in its module, exactly once
 */
export const bundleWorker = async (mutation?: Mutation): Promise<string> => {
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
    ...(mutation !== undefined && { plugins: [mutating(mutation)] }),
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error("esbuild wrote no worker.");
  return script.text;
};

const mutating = ({ name, module, text, replacement }: Mutation): Plugin => ({
  name: "mutation",
  setup: ({ onLoad, onEnd }) => {
    let isApplied = false;
    onLoad({ filter: new RegExp(`/${module.replaceAll(".", "\\.")}$`) }, async ({ path }) => {
      const parts = (await readFile(path, "utf8")).split(text);
      if (parts.length !== 2) {
        throw new Error(
          `Mutation '${name}': ${module} has ${parts.length - 1} times ${JSON.stringify(text)}, not once. Make the mutation fit it.`,
        );
      }
      isApplied = true;
      return { contents: parts.join(replacement) };
    });
    onEnd(() => {
      if (!isApplied) throw new Error(`Mutation '${name}': no module ends in ${module}. Make the mutation fit.`);
    });
  },
});
