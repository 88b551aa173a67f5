type AslState = Readonly<Record<string, unknown>>;
type Entry = readonly [name: string, state: AslState];

/**
 * Every state of a definition with its name, those inside Parallel and Map included, outer before inner.
 *
 * @param states entries of `States`
 *
 * @example
 * ```ts
 * import { everyAslState, toAsl } from "@sfs3/sdk/flow";
 * import { orders } from "./flow.js";
 *
 * for (const [name, { Type }] of everyAslState(Object.entries(toAsl(orders).States))) console.log(name, Type);
 * ```
 */
export function* everyAslState(states: Iterable<Entry>): Generator<Entry> {
  for (const [name, state] of states) {
    yield [name, state];
    for (const { States } of innerScopes(state)) yield* everyAslState(Object.entries(States ?? {}));
  }
}

/** What is written by hand may lack anything. */
interface Scope {
  readonly States?: Readonly<Record<string, AslState>>;
}

const innerScopes = ({ Branches = [], ItemProcessor = [], Iterator: iterator = [] }: AslState): readonly Scope[] =>
  [Branches, ItemProcessor, iterator].flat() as Scope[];
