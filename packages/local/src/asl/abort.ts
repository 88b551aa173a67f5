import { setMaxListeners } from "node:events";

type Callback = (reason: unknown) => void;

/**
 * A way to stop what is under way. It costs next to nothing as long as nobody asks for its `signal`: there is one for each
 * attempt at a task, which is done too quickly for an `AbortController` of its own, and `AbortSignal.any` keeps every
 * composed signal in memory on Node 20 as long as its source lives. A class, because closures would cost as much again.
 */
export class Abort {
  #aborted: { readonly reason: unknown } | undefined;
  #callbacks: Set<Callback> | undefined;
  #controller: AbortController | undefined;

  get aborted(): boolean {
    return this.#aborted !== undefined;
  }

  get reason(): unknown {
    return this.#aborted?.reason;
  }

  /** The same as an `AbortSignal`, made when first asked for. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      setMaxListeners(0, this.#controller.signal);
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = { reason };
    this.#controller?.abort(reason);
    const callbacks = this.#callbacks ?? [];
    this.#callbacks = undefined;
    for (const callback of callbacks) callback(reason);
  }

  /** Calls back once, right away where it is aborted already. */
  onAbort(callback: Callback): void {
    if (this.#aborted === undefined) {
      this.#callbacks ??= new Set();
      this.#callbacks.add(callback);
    } else {
      callback(this.#aborted.reason);
    }
  }

  offAbort(callback: Callback): void {
    this.#callbacks?.delete(callback);
  }

  throwIfAborted(): void {
    if (this.#aborted !== undefined) throw this.#aborted.reason;
  }
}

/** One that is aborted along with `outer`. `release` cuts that tie, so that `outer` keeps nothing of what has ended. */
export function linkedAbort(outer: Abort): { readonly abort: Abort; release(): void } {
  const abort = new Abort();
  const follow = (reason: unknown) => abort.abort(reason);
  outer.onAbort(follow);
  return { abort, release: () => outer.offAbort(follow) };
}

/** One that is aborted along with a signal from outside. */
export function abortOf(signal: AbortSignal | undefined): { readonly abort: Abort; release(): void } {
  const abort = new Abort();
  const follow = () => abort.abort(signal?.reason);
  if (signal?.aborted) follow();
  else signal?.addEventListener("abort", follow, { once: true });
  return { abort, release: () => signal?.removeEventListener("abort", follow) };
}
