import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Works in a folder of its own, which is removed afterwards unless it is to be kept, and ends the process by what comes of it: the
 * exit code that `work` returns, or 130 where it failed since Ctrl-C was pressed.
 *
 * @param work given the folder, and a signal that Ctrl-C aborts
 */
export const workInFolder = async (name, { keep }, work) => {
  const folder = await mkdtemp(join(tmpdir(), `sfs3-${name}-`));
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  process.once("SIGTERM", () => interrupted.abort());
  try {
    process.exitCode = await work(folder, interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error(`${name}: interrupted, nothing was judged`);
    process.exitCode = 130;
  } finally {
    if (keep) console.log(`Data and log: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
  // Whoever still waited for the stack, after a Ctrl-C, would wait in vain.
  process.exit();
};
