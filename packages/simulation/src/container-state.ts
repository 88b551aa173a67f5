import type { Edit } from "./bundle.js";

/**
 * What the SDK's modules keep from one invocation to the next. A run must not know what ran before it, so each begins with
 * new containers.
 */
export const CONTAINER_STATE: readonly Edit[] = [
  {
    name: "which steps read the input",
    module: "sdk/dist/sidecar/parts/read-parts.js",
    text: "const readersOfInput = new Set();",
    replacement: "const readersOfInput = new Set(); globalThis.simulatedColdStart(() => readersOfInput.clear());",
  },
  {
    name: "parts that are kept from one item to the next",
    module: "sdk/dist/sidecar/parts/kept-parts.js",
    text: "const kept = new Map();",
    replacement: "const kept = new Map(); globalThis.simulatedColdStart(() => kept.clear());",
  },
];
