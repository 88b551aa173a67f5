import { pathToFileURL } from "node:url";
import type { OnResolveArgs, Plugin } from "esbuild";

/** What a path starts with that names a package, and no file. */
const PACKAGE = /^[^./#]/;

/** Of these, steps and this command have to have the same instance. */
const OWN = /^@sfs3\//;

const RESOLVING = Symbol("resolving");

/**
 * Leaves installed packages out of the bundle, under the address that they have from where they are imported. Packages
 * of the same workspace are sources, as what the user writes.
 */
export const installedPackages: Plugin = {
  name: "sfs3-installed-packages",
  setup: (build) => {
    build.onResolve({ filter: PACKAGE }, async (args) => {
      if (args.pluginData === RESOLVING || args.kind === "entry-point" || isAbsoluteOnWindows(args)) return undefined;
      const { importer, namespace, resolveDir, kind, with: attributes } = args;
      const found = await build.resolve(args.path, {
        importer,
        namespace,
        resolveDir,
        kind,
        with: attributes,
        pluginData: RESOLVING,
      });
      if (found.errors.length > 0 || found.external) return found;
      if (!OWN.test(args.path) && !/[\\/]node_modules[\\/]/.test(found.path)) return { path: found.path };
      return { path: kind.startsWith("require") ? found.path : pathToFileURL(found.path).href, external: true };
    });
  },
};

const isAbsoluteOnWindows = ({ path }: OnResolveArgs): boolean => /^[A-Za-z]:[\\/]/.test(path);
