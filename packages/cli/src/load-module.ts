import { createJiti } from "jiti";

/**
 * Loads a TypeScript or JavaScript module as it stands, without a build. Also the loader that Lambda workers use.
 *
 * @param path absolute path of the module
 */
export default async function loadModule(path: string): Promise<Record<string, unknown>> {
  // Without interop a default export stays where ES modules put it: under `default`.
  const jiti = createJiti(path, { interopDefault: false });
  return jiti.import<Record<string, unknown>>(path);
}
