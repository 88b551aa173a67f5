import { ProcessClientError } from "./errors.js";

/** What goes wrong and is tried again. */
export interface Troubles {
  /** Warns of the first since all was well. */
  note(cause: unknown): void;
  over(): void;
  last(): ProcessClientError | undefined;
}

export function createTroubles(warn: (error: ProcessClientError) => void): Troubles {
  let last: ProcessClientError | undefined;
  return {
    note: (cause) => {
      const error = asTrouble(cause);
      if (last === undefined) warn(error);
      last = error;
    },
    over: () => {
      last = undefined;
    },
    last: () => last,
  };
}

const asTrouble = (cause: unknown): ProcessClientError => {
  if (cause instanceof ProcessClientError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `A state cannot be asked for; it is tried again: ${reason}`;
  return new ProcessClientError("ConnectionError", message, { cause });
};
