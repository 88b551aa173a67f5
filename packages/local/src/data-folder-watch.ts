import { type DataFolderError, failureToWrite } from "./data-folder-error.js";

/** Tells once that a data folder cannot be written, however many writes fail, and once that it can be again. */
export interface DataFolderWatch {
  /** What the failure of a write says of the folder, after it is told; `undefined` where the folder is not to blame. */
  failed(error: unknown): DataFolderError | undefined;
  /** Hears of each write that succeeded. */
  written(): void;
  /** Runs a write, and says of its failure what there is to do. @throws DataFolderError */
  writing<T>(write: () => Promise<T>): Promise<T>;
}

export interface DataFolderWatchOptions {
  readonly folder: string;
  readonly warn: (message: string) => void;
  /** Unit: milliseconds. Default: `Date.now`. */
  readonly now?: () => number;
}

/** On a disk that is almost full, what is small still succeeds: that alone is no news. Unit: milliseconds. */
const QUIET_MS = 5_000;

export function watchDataFolder({ folder, warn, now = Date.now }: DataFolderWatchOptions): DataFolderWatch {
  let failing: { readonly code: string; readonly lastMs: number } | undefined;

  const failed = (error: unknown) => {
    const failure = failureToWrite(folder, error);
    if (failure === undefined) return undefined;
    if (failing?.code !== failure.code) warn(`${failure.message} Until then whatever would be kept is refused.`);
    failing = { code: failure.code, lastMs: now() };
    return failure;
  };

  const written = () => {
    if (failing === undefined || now() - failing.lastMs < QUIET_MS) return;
    failing = undefined;
    warn(`The data folder ${folder} can be written again.`);
  };

  return {
    failed,
    written,
    writing: async (write) => {
      try {
        const result = await write();
        written();
        return result;
      } catch (error) {
        throw failed(error) ?? error;
      }
    },
  };
}
