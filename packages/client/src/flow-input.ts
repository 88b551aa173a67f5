import type { Flow, FlowDefinition } from "@sfs3/sdk/flow";

/**
 * What a process is started with: of a flow's type, its input as JSON; any other object type is the input itself.
 *
 * @example
 * ```ts
 * import type { InputOf } from "@sfs3/client";
 * import type { orders } from "./orders.js";
 *
 * type Order = InputOf<typeof orders>;
 * ```
 */
export type InputOf<TProcess> = TProcess extends FlowDefinition
  ? TProcess extends Flow<infer T>
    ? Flat<Omit<T["document"], T["writes"]>>
    : Readonly<Record<string, unknown>>
  : TProcess;

/** An object type written out, for people who hover over it. */
type Flat<T> = { [K in keyof T]: T[K] } & {};
