import { setMaxListeners } from "node:events";

export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Cuts the tie to the parent, so that a long-lived parent keeps nothing of a finished child. */
  release(): void;
}

// AbortSignal.any would do, but on Node 20 each composed signal stays in memory as long as its source lives.
export function linkedAbort(parent?: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const follow = () => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => parent?.removeEventListener("abort", follow),
  };
}
