import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const SFS3 = path("../packages/cli/bin/sfs3.js");
const MODULES = [path("../examples/process-a/src/flow.ts"), path("wide.ts")];

/** `sfs3 dev` as a process of its own, which can be killed and started again on the same folder and port. */
export class Stack {
  #folder;
  #nodeArguments;
  #child;
  #exit;
  #ready;
  kills = 0;

  /** @param nodeArguments what Node.js itself is told, such as modules that it loads first */
  constructor(folder, nodeArguments) {
    this.#folder = folder;
    this.#nodeArguments = nodeArguments;
  }

  /** Addresses, processes and environment, as `sfs3 dev --json` prints them. */
  get ready() {
    return this.#ready;
  }

  get log() {
    return join(this.#folder, "stack.log");
  }

  get data() {
    return join(this.#folder, "data");
  }

  async start() {
    const port = this.#ready === undefined ? "0" : String(this.#ready.port);
    const args = [...this.#nodeArguments, SFS3, "dev", ...MODULES, "--port", port, "--json", "--data", this.data];
    const env = { ...process.env, HOME: this.#folder };
    this.#child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#exit = once(this.#child, "exit");
    this.#child.stderr.on("data", (chunk) => void appendFile(this.log, chunk));
    const [line] = await this.#unlessEnded(once(createInterface(this.#child.stdout), "line"));
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

  /** What the process takes, with all its threads, as the preloaded memory probe tells. */
  async memory() {
    const answer = this.#unlessEnded(once(this.#child, "message"));
    // A process that is gone is told of by the answer that does not come.
    this.#child.send("memory", () => {});
    const [memory] = await answer;
    return memory;
  }

  async workerDeaths() {
    const marks = await readFile(join(this.#folder, "worker-deaths"), "utf8").catch((error) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    return marks.length;
  }

  #unlessEnded(awaited) {
    const ended = this.#exit.then(([code, signal]) => {
      throw new Error(`sfs3 dev ended with ${code ?? signal}; see ${this.log}.`);
    });
    return Promise.race([awaited, ended]);
  }

  async #end(signal) {
    this.#child.kill(signal);
    await this.#exit;
  }
}
