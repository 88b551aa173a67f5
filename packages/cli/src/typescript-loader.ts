/**
 * URL of the module that loads TypeScript as it stands: what the local stack's `lambda.loader` wants, so that workers
 * find handlers without a build.
 *
 * @example
 * ```ts
 * import { typescriptLoader } from "@sfs3/cli";
 * import { startLocalStack } from "@sfs3/local";
 *
 * const stack = await startLocalStack({ dataDir: ".sfs3", lambda: { loader: typescriptLoader } });
 * ```
 */
export const typescriptLoader: string = new URL("./load-module.js", import.meta.url).href;
