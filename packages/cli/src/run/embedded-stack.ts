import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type LocalStack, type LocalStackOptions, startLocalStack } from "@sfs3/local";
import { CliError, refusing } from "../cli-error.js";
import { typescriptLoader } from "../typescript-loader.js";

export interface EmbeddedStackOptions extends Pick<LocalStackOptions, "skipWaits" | "onLog"> {
  readonly cwd: string;
  /** Folder that keeps the sidecars; without one they are gone after the run. */
  readonly dataDir: string | undefined;
  readonly inline: boolean;
}

/** Runs `use` on a stack that ends with it, whatever happens, and leaves no temporary folder behind. */
export async function withEmbeddedStack<T>(
  { cwd, dataDir, inline, ...options }: EmbeddedStackOptions,
  use: (stack: LocalStack) => Promise<T>,
): Promise<T> {
  if (dataDir !== undefined) return withStack({ ...options, inline, dataDir: folderAt(resolve(cwd, dataDir)) }, use);
  const temporary = await mkdtemp(join(tmpdir(), "sfs3-run-"));
  try {
    return await withStack({ ...options, inline, dataDir: temporary }, use);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function folderAt(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? true) return path;
  throw new CliError(`--data names a file: ${path}. Give a folder, which is made where there is none.`);
}

async function withStack<T>(
  { inline, ...options }: LocalStackOptions & { readonly inline: boolean },
  use: (stack: LocalStack) => Promise<T>,
): Promise<T> {
  const lambda = { loader: typescriptLoader, inline };
  const stack = await refusing("The embedded stack does not start", () => startLocalStack({ ...options, lambda }));
  try {
    return await use(stack);
  } finally {
    await stack.close();
  }
}
