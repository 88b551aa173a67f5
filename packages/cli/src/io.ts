import type { Ask } from "./ask.js";

/** The outside world of a command. Data goes to `stdout`, talk to `stderr`. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborts when the user asks to stop (Ctrl-C), with the name of the signal as its reason. */
  readonly signal: AbortSignal;
  /** Absent where nobody sits at a terminal. */
  readonly ask?: Ask;
}

export interface Output {
  write(text: string): unknown;
  /** Whether a person watches, so that colours help. */
  readonly isTTY?: boolean;
  /** How many characters fit a line. Default: 80. */
  readonly columns?: number;
}
