import { BroadcastChannel, isMainThread, threadId } from "node:worker_threads";

/**
 * Preloaded by `--import`, which worker threads inherit, beside `--expose-gc`. Whoever started the process asks by a message
 * what it takes, and is answered after a garbage collection: what is left then is what something holds.
 */
const workers = new BroadcastChannel("memory-probe");
// Nobody stays alive for being measured.
workers.unref();

/** How often a worker tells, and after which silence it counts as gone. Unit: milliseconds. */
const TELL_MS = 2_000;
const GONE_MS = 10_000;

if (isMainThread) answer();
else setInterval(() => workers.postMessage({ threadId, heapBytes: process.memoryUsage().heapUsed }), TELL_MS).unref();

function answer() {
  const told = new Map();
  workers.onmessage = ({ data }) => void told.set(data.threadId, { ...data, atMs: Date.now() });
  process.on("message", () => {
    // Before the collection: it would give memory back that the process takes when nobody measures.
    const rssBytes = process.memoryUsage.rss();
    globalThis.gc();
    for (const [id, { atMs }] of told) if (Date.now() - atMs > GONE_MS) told.delete(id);
    const workerHeapBytes = [...told.values()].reduce((sum, { heapBytes }) => sum + heapBytes, 0);
    process.send({ rssBytes, heapBytes: process.memoryUsage().heapUsed, workerHeapBytes, workers: told.size });
  });
  process.channel.unref();
}
