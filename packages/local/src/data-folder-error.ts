interface Problem {
  readonly problem: string;
  readonly remedy: string;
}

const NO_ROOM: Problem = { problem: "the disk is full", remedy: "Make room on it" };
const NOT_PERMITTED: Problem = {
  problem: "this user may not write there",
  remedy: "Permit it, or choose another folder",
};

/** What keeps a folder from being written, by the code of the system. */
const PROBLEMS: Readonly<Record<string, Problem>> = {
  ENOSPC: NO_ROOM,
  EDQUOT: { problem: "the disk quota is used up", remedy: "Make room, or raise the quota" },
  EFBIG: { problem: "a file may not grow further", remedy: "Raise the limit of file sizes (ulimit -f)" },
  EROFS: { problem: "the file system is read-only", remedy: "Make it writable, or choose another folder" },
  EACCES: NOT_PERMITTED,
  EPERM: NOT_PERMITTED,
  EIO: { problem: "the disk does not work", remedy: "Look after it, or choose another folder" },
  EMFILE: { problem: "too many files are open", remedy: "Raise the limit of open files (ulimit -n)" },
  ENFILE: { problem: "too many files are open on this machine", remedy: "Close what has them open" },
};

const UNKNOWN: Problem = { problem: "the file system refuses", remedy: "Choose another folder" };

/**
 * A data folder that cannot be written. The message says which folder, why, and what to do; `cause` is the error of the
 * file system.
 *
 * @example
 * ```ts
 * import { DataFolderError, startLocalStack } from "@sfs3/local";
 *
 * const stack = await startLocalStack({ dataDir: "/mnt/data" }).catch((error) => {
 *   if (error instanceof DataFolderError && error.code === "EROFS") return startLocalStack({ dataDir: "/tmp/data" });
 *   throw error;
 * });
 * ```
 */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
  /** Of the system, such as `ENOSPC` or `EROFS`. */
  readonly code: string;

  constructor(folder: string, { problem, remedy }: Problem, cause: NodeJS.ErrnoException) {
    super(`The data folder ${folder} cannot be written: ${problem} (${cause.message}). ${remedy}.`, { cause });
    this.code = cause.code ?? "";
  }
}

/** What a failed write says of the folder; `undefined` where the folder is not to blame. */
export function failureToWrite(folder: string, error: unknown): DataFolderError | undefined {
  if (error instanceof DataFolderError) return error;
  if (!isOfSystem(error)) return undefined;
  const problem = PROBLEMS[error.code ?? ""];
  return problem && new DataFolderError(folder, problem, error);
}

/** The same of what could not be opened: there the folder is to blame for whatever the file system refuses. */
export const failureToOpen = (folder: string, error: unknown): unknown =>
  failureToWrite(folder, error) ?? (isOfSystem(error) ? new DataFolderError(folder, UNKNOWN, error) : error);

const isOfSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "code" in error && "syscall" in error;
