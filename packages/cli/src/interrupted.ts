import { CliError } from "./cli-error.js";

/** Waits for what goes on outside, a module that loads, an input that arrives, unless the user asks to stop. */
export async function unlessInterrupted<T>(signal: AbortSignal, waiting: Promise<T>): Promise<T> {
  let refuse = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    refuse = () => reject(new CliError("Interrupted; nothing was started."));
    signal.addEventListener("abort", refuse, { once: true });
    if (signal.aborted) refuse();
  });
  try {
    return await Promise.race([waiting, interrupted]);
  } finally {
    signal.removeEventListener("abort", refuse);
  }
}
