import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Loads a TypeScript or JavaScript module as it stands, without a build. Also the loader that Lambda workers use.
 *
 * @param path absolute path of the module
 */
export default async function loadModule(path: string): Promise<Record<string, unknown>> {
  // Loaded late: not every command loads modules this way.
  const { createJiti } = await import("jiti");
  // Without interop a default export stays where ES modules put it: under `default`.
  const jiti = createJiti(path, { interopDefault: false, fsCache: cacheFolder(path) });
  return jiti.import<Record<string, unknown>>(path);
}

/**
 * Every worker compiles the same sources; a cache spares them that. It lies where package managers expect caches, never
 * in the system's temporary folder, where another user could have laid code under the same name.
 */
function cacheFolder(path: string): string | false {
  const folder = dirname(path);
  if (existsSync(join(folder, "node_modules"))) return join(folder, "node_modules", ".cache", "sfs3");
  return folder === dirname(folder) ? false : cacheFolder(folder);
}
