import { createHash, randomUUID } from "node:crypto";
import type jsonata from "jsonata";
import type { Clock } from "../clock.js";
import type { Json } from "../json.js";
import { seededRandom } from "../seeded-random.js";

/** What the functions need of their execution. */
export interface FunctionHost {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The binding under which an expression's functions find their host; the space keeps it out of any expression's reach. */
export const HOST_BINDING = "function host";

interface NativeFunction {
  readonly signature: string;
  // biome-ignore lint/suspicious/noExplicitAny: jsonata checks the arguments against the signature before it calls
  run(call: Call, ...args: any[]): unknown;
}

interface Call extends FunctionHost {
  /** JSONata's own function of that name. */
  builtin(name: string): (...args: unknown[]) => unknown;
}

const HASH_ALGORITHMS = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

// AWS's functions beside JSONata's own: Developer Guide, "Transforming data with JSONata".
const FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  partition: { signature: "<a-n:a>", run: (_call, array: Json[], size: number) => partition(array, size) },
  range: {
    signature: "<n-nn:a>",
    run: (_call, first: number, last: number, step: number) => range(first, last, step),
  },
  hash: { signature: "<s-s:s>", run: (_call, text: string, algorithm: string) => hash(text, algorithm) },
  random: {
    signature: "<n?:n>",
    run: (call, seed?: number) => (seed === undefined ? call.random() : seededRandom(seed)),
  },
  uuid: { signature: "<:s>", run: () => randomUUID() },
  parse: { signature: "<s-:x>", run: (_call, text: string) => JSON.parse(text) },
  millis: { signature: "<:n>", run: (call) => call.clock.now().getTime() },
  now: {
    signature: "<s?s?:s>",
    run: (call, picture?: string, timezone?: string) =>
      call.builtin("fromMillis")(call.clock.now().getTime(), picture, timezone),
  },
};

function partition(array: readonly Json[], size: number): Json[][] {
  if (!Number.isInteger(size) || size < 1) throw new Error("$partition: the size must be a positive integer");
  return Array.from({ length: Math.ceil(array.length / size) }, (_, index) =>
    array.slice(index * size, (index + 1) * size),
  );
}

const MAX_RANGE_ITEMS = 1_000;

function range(first: number, last: number, step: number): number[] {
  if (![first, last, step].every(Number.isInteger) || step === 0) {
    throw new Error("$range: integers and a step other than 0 are expected");
  }
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_RANGE_ITEMS) throw new Error(`$range: at most ${MAX_RANGE_ITEMS} items are allowed`);
  return asSequence(Array.from({ length }, (_, index) => first + index * step));
}

// JSONata collapses a sequence of one item to that item; on AWS $range does so, $partition does not.
const asSequence = <T>(items: T[]): T[] => Object.defineProperty(items, "sequence", { value: true });

function hash(text: string, algorithm: string): string {
  if (!HASH_ALGORITHMS.includes(algorithm)) {
    throw new Error(`$hash: the algorithm must be one of ${HASH_ALGORITHMS.join(", ")}`);
  }
  return createHash(algorithm.replace("-", "").toLowerCase()).update(text).digest("hex");
}

/** Gives a compiled expression AWS's functions, and takes `$eval` away. */
export function registerFunctions(expression: jsonata.Expression): void {
  for (const [name, { signature, run }] of Object.entries(FUNCTIONS)) {
    const implementation = function (this: jsonata.Focus, ...args: unknown[]) {
      const builtin = (builtinName: string) => this.environment.lookup(builtinName).implementation;
      return run({ ...this.environment.lookup(HOST_BINDING), builtin }, ...args);
    };
    expression.registerFunction(name, implementation, signature);
  }
  expression.assign("eval", undefined);
}
