import { appendFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

/** Every second worker dies, within so long of its birth. Unit: milliseconds. */
const LIFE_MS = 30_000;

/**
 * Preloaded by `--import`, which worker threads inherit: a worker dies at a random moment, in the middle of whatever it
 * does then. Nothing that it has begun is finished, no `finally` runs. It leaves a mark in the home folder, for the count.
 */
const die = () => {
  appendFileSync(join(homedir(), "worker-deaths"), ".");
  process.exit(137);
};

if (!isMainThread && Math.random() < 0.5) setTimeout(die, Math.random() * LIFE_MS).unref();
