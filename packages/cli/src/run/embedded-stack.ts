import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type LocalStack, type LocalStackOptions, startLocalStack } from "@sfs3/local";
import { CliError, refusing } from "../cli-error.js";

export interface EmbeddedStackOptions extends Omit<LocalStackOptions, "dataDir" | "mocks"> {
  readonly cwd: string;
  /** Folder that keeps the sidecars; without one they are gone after the run. */
  readonly dataDir: string | undefined;
  /** File of what stands in for services that are not here. */
  readonly mocks: string | undefined;
}

/** Runs `use` on a stack that ends with it, whatever happens, and leaves no temporary folder behind. */
export async function withEmbeddedStack<T>(
  { cwd, dataDir, mocks, ...given }: EmbeddedStackOptions,
  use: (stack: LocalStack) => Promise<T>,
): Promise<T> {
  const options = { ...given, ...(mocks !== undefined && { mocks: resolve(cwd, mocks) }) };
  if (dataDir !== undefined) return withStack({ ...options, dataDir: folderAt(resolve(cwd, dataDir)) }, use);
  const temporary = await refusing("A temporary folder cannot be made", () => mkdtemp(join(tmpdir(), "sfs3-run-")));
  try {
    return await withStack({ ...options, dataDir: temporary }, use);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function folderAt(path: string): string {
  if (!isFile(path)) return path;
  throw new CliError(`--data names a file: ${path}. Give a folder, which is made where there is none.`);
}

/** What cannot be looked at is refused by the stack, which says why. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function withStack<T>(options: LocalStackOptions, use: (stack: LocalStack) => Promise<T>): Promise<T> {
  const stack = await refusing("The embedded stack does not start", () => startLocalStack(options));
  const result = await use(stack).catch(async (error: unknown) => {
    // Of the two failures the first is the one to know.
    await stack.close().catch(() => {});
    throw error;
  });
  await refusing("The embedded stack does not close cleanly", stack.close);
  return result;
}
