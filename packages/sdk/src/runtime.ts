import { setTimeout as sleepMs } from "node:timers/promises";
import { type Clients, createClients } from "./clients.js";
import type { Environment } from "./environment.js";

/** The world around a step, passed in. */
export interface Runtime {
  readonly clients: Clients;
  readonly env: Environment;
  /** Unit: milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Takes one log line, without its end. */
  readonly write: (line: string) => void;
}

let runtime: Runtime | undefined;

/** Made on the first invocation and kept: connections and the IoT endpoint outlive an invocation. */
export const containerRuntime = (): Runtime => {
  runtime ??= {
    clients: createClients(process.env),
    env: process.env,
    now: Date.now,
    random: Math.random,
    sleep: (milliseconds) => sleepMs(milliseconds),
    write: (line) => process.stdout.write(`${line}\n`),
  };
  return runtime;
};
