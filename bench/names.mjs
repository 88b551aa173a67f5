/** Where the stub keeps objects as they are, whatever is written: every call of a handler finds the same sidecar. */
export const FROZEN_BUCKET = "bench-frozen";

/** Where the stub keeps what is written. */
export const BUCKET = "bench";

/** The transaction whose sidecar has about so many bytes. */
export const txnIdOf = (bytes) => `0xbench-${bytes}`;
