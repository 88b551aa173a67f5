import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const SFS3 = path("../packages/cli/bin/sfs3.js");
const MODULES = [path("../examples/process-a/src/flow.ts"), path("wide.ts")];
const DYING_WORKER = new URL("dying-worker.mjs", import.meta.url).href;

/** `sfs3 dev` as a process of its own, which can be killed and started again on the same folder and port. */
export class Stack {
  #folder;
  #child;
  #ready;
  kills = 0;

  constructor(folder) {
    this.#folder = folder;
  }

  /** Addresses, processes and environment, as `sfs3 dev --json` prints them. */
  get ready() {
    return this.#ready;
  }

  get log() {
    return join(this.#folder, "stack.log");
  }

  async start() {
    const port = this.#ready === undefined ? "0" : String(this.#ready.port);
    const args = [
      "--import",
      DYING_WORKER,
      SFS3,
      "dev",
      ...MODULES,
      "--port",
      port,
      "--json",
      "--data",
      join(this.#folder, "data"),
    ];
    const env = { ...process.env, HOME: this.#folder };
    this.#child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stderr.on("data", (chunk) => void appendFile(this.log, chunk));
    const [line] = await Promise.race([
      once(createInterface(this.#child.stdout), "line"),
      once(this.#child, "exit").then(([code]) => {
        throw new Error(`sfs3 dev ended with ${code} before it was ready; see ${this.log}.`);
      }),
    ]);
    this.#ready = JSON.parse(line);
  }

  /** As `kill -9` does, at whatever moment this is. */
  async kill() {
    this.kills += 1;
    await this.#end("SIGKILL");
  }

  /** As Ctrl-C does. */
  async stop() {
    await this.#end("SIGINT");
  }

  async workerDeaths() {
    const marks = await readFile(join(this.#folder, "worker-deaths"), "utf8").catch((error) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    return marks.length;
  }

  async #end(signal) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    await ended;
  }
}
