import nodeCrypto from "node:crypto";
import dns from "node:dns";
import fs from "node:fs";
import fsPromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import timersPromises from "node:timers/promises";
import { actAs, currentActor } from "./actor.js";

/** What stands in for the machine's time, chance and output while a run goes on. */
export interface Host {
  /** Unit: milliseconds since the epoch. */
  now(): number;
  after(delayMs: number, run: () => void): () => void;
  random(): number;
  write(line: string): void;
  /** Hears of what has no place in a run, whatever becomes of the error in the code that was refused. */
  crash(error: unknown): void;
}

let host: Host | undefined;

/** Runs with a host in the place of the machine. One at a time. */
export const withHost = async <T>(given: Host, run: () => Promise<T>): Promise<T> => {
  if (host !== undefined) throw new Error("A run is going on in this thread; give each its own.");
  host = given;
  try {
    return await run();
  } finally {
    host = undefined;
  }
};

/** Calls back unless whoever asked has died by then, and as whoever asked. */
const wake = (to: Host, delayMs: number, run: () => void): (() => void) => {
  const actor = currentActor();
  return to.after(delayMs, () => {
    if (actor?.survives() !== false) actAs(actor, run);
  });
};

/** As much of `NodeJS.Timeout` as code uses. */
class VirtualTimer {
  readonly cancel: () => void;
  constructor(cancel: () => void) {
    this.cancel = cancel;
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
}

type Callback = (...args: unknown[]) => void;

/** A real timer that was set before the run began would be cleared by the real function. */
const clearing = (real: (timer?: never) => void) => (timer?: unknown) => {
  if (timer instanceof VirtualTimer) timer.cancel();
  else real(timer as never);
};

const repeat = (to: Host, run: () => void, periodMs: number): (() => void) => {
  let cancel = () => {};
  const round = () => {
    cancel = wake(to, periodMs, () => {
      round();
      run();
    });
  };
  round();
  return () => cancel();
};

const replaceTimers = () => {
  const real = { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate };
  const once =
    (otherwise: Callback, isImmediate = false) =>
    (run: Callback, ...rest: unknown[]) => {
      if (host === undefined) return otherwise(run as never, ...rest);
      const [delayMs, ...args] = isImmediate ? [0, ...rest] : rest;
      return new VirtualTimer(wake(host, Number(delayMs ?? 0), () => run(...args)));
    };
  Object.assign(globalThis, {
    setTimeout: Object.assign(once(real.setTimeout as never), real.setTimeout),
    setImmediate: Object.assign(once(real.setImmediate as never, true), real.setImmediate),
    setInterval: (run: Callback, periodMs = 0, ...args: unknown[]) =>
      host === undefined
        ? real.setInterval(run, periodMs, ...args)
        : new VirtualTimer(repeat(host, () => run(...args), periodMs)),
    clearTimeout: clearing(real.clearTimeout),
    clearImmediate: clearing(real.clearImmediate as never),
    clearInterval: clearing(real.clearInterval),
  });
  const sleep = timersPromises.setTimeout;
  timersPromises.setTimeout = <T>(delayMs?: number, value?: T) => {
    const to = host;
    if (to === undefined) return sleep<T>(delayMs, value);
    return new Promise<T>((resolve) => wake(to, delayMs ?? 0, () => resolve(value as T)));
  };
  AbortSignal.timeout = (delayMs) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(new DOMException("The operation timed out.", "TimeoutError")), delayMs);
    return abort.signal;
  };
};

const replaceDate = () => {
  const RealDate = Date;
  const now = () => host?.now() ?? RealDate.now();
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
  });
  const realNow = performance.now.bind(performance);
  performance.now = () => host?.now() ?? realNow();
};

const randomBytes = (from: Host, size: number): Buffer =>
  Buffer.from(Array.from({ length: size }, () => Math.floor(from.random() * 256)));

const randomUuid = (from: Host): string => {
  const bytes = randomBytes(from, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const replaceChance = () => {
  const realRandom = Math.random;
  Math.random = () => host?.random() ?? realRandom();
  const { randomUUID: realUuid, randomBytes: realBytes } = nodeCrypto;
  const uuid = () => (host === undefined ? realUuid() : randomUuid(host));
  nodeCrypto.randomUUID = uuid as typeof realUuid;
  nodeCrypto.randomBytes = ((size: number, done?: (error: null, bytes: Buffer) => void) => {
    if (host === undefined) return realBytes(size, done as never);
    if (done === undefined) return randomBytes(host, size);
    throw new Error("randomBytes with a callback takes real time; use it without.");
  }) as typeof realBytes;
  const fill = <T extends NodeJS.ArrayBufferView>(view: T): T => {
    const bytes = host === undefined ? realBytes(view.byteLength) : randomBytes(host, view.byteLength);
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes);
    return view;
  };
  for (const source of [nodeCrypto, crypto]) Reflect.defineProperty(source, "getRandomValues", { value: fill });
  Reflect.defineProperty(crypto, "randomUUID", { value: uuid });
};

/** What would take real time, or reach the real world: nothing of a run may come by here. */
const forbid = (object: object, ...names: readonly string[]): void => {
  for (const name of names) {
    const real = Reflect.get(object, name) as (...args: unknown[]) => unknown;
    const guarded = function (this: unknown, ...args: unknown[]) {
      if (host === undefined) return Reflect.apply(real, this, args);
      const error = new Error(`${name} was called in a simulated run: its answer would not depend on the seed alone.`);
      host.crash(error);
      throw error;
    };
    Reflect.defineProperty(object, name, { value: guarded, configurable: true, writable: true });
  }
};

const replaceOutput = () => {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    if (host === undefined) return write(chunk, ...rest);
    host.write(String(chunk).trimEnd());
    return true;
  }) as typeof process.stdout.write;
};

/**
 * Puts the host in the place of time and chance, wherever code gets them from; for good, and once a thread. Outside of
 * runs everything is as it was.
 */
export const replaceMachine = (): void => {
  replaceTimers();
  replaceDate();
  replaceChance();
  replaceOutput();
  forbid(globalThis, "fetch");
  forbid(Object.getPrototypeOf(crypto.subtle), "digest", "sign", "importKey", "encrypt", "deriveBits");
  forbid(net.Socket.prototype, "connect");
  forbid(dns, "lookup");
  forbid(fs, "readFile", "open", "stat");
  forbid(fsPromises, "readFile", "open", "stat");
  forbid(nodeCrypto, "randomFill", "pbkdf2", "scrypt");
  forbid(process, "hrtime");
  syncBuiltinESMExports();
};
