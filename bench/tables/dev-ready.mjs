import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { table } from "../report/markdown.mjs";
import { median } from "../report/statistics.mjs";

const SFS3 = fileURLToPath(new URL("../../packages/cli/bin/sfs3.js", import.meta.url));
const MODULE = fileURLToPath(new URL("../../examples/process-a/src/flow.ts", import.meta.url));
const STARTS = 5;

/** How long `sfs3 dev` takes from its command to being ready, on a new data folder and on one that has been used. */
export const devReady = {
  name: "dev-ready",
  title: "from `sfs3 dev` to ready",
  async measure() {
    const dataDir = await mkdtemp(join(tmpdir(), "sfs3-bench-"));
    try {
      const [first, ...others] = await inTurn(STARTS, () => readyMs(dataDir));
      const rows = [
        ["new", first.toFixed(0)],
        [`used, median of ${others.length}`, median(others).toFixed(0)],
      ];
      return { markdown: table(["data folder", "from command to ready, ms"], rows), ratios: [], aims: [] };
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

async function inTurn(count, work) {
  const results = [];
  for (let done = 0; done < count; done++) results.push(await work());
  return results;
}

function readyMs(dataDir) {
  const start = performance.now();
  const args = [SFS3, "dev", MODULE, "--port", "0", "--json", "--data", dataDir];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  return new Promise((resolve, reject) => {
    let elapsedMs;
    // With --json it writes its one line when it is ready.
    child.stdout.once("data", () => {
      elapsedMs = performance.now() - start;
      child.kill("SIGINT");
    });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 && elapsedMs !== undefined ? resolve(elapsedMs) : reject(new Error(`sfs3 dev ended with ${code}.`)),
    );
  });
}
