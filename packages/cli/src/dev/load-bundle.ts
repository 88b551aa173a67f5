import { pathToFileURL } from "node:url";

// Stacks name the user's files and lines. It counts for what is loaded from now on, in this thread.
process.setSourceMapsEnabled(true);

/**
 * Loads a bundle; also the loader that Lambda workers of `sfs3 dev` use.
 *
 * @param path absolute path of the bundle
 */
export default function loadBundle(path: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(path).href);
}
