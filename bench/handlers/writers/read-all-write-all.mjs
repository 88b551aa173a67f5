import { createMergingWriter } from "./by-hand.mjs";

/** A writer that writes all it read, and its output: what others wrote meanwhile is gone. */
export const createWriter = (index, clients) => createMergingWriter(index, clients, { isConditional: false });
