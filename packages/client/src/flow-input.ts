import type { FlowDefinition, InputOf as InputOfFlow } from "@sfs3/sdk/flow";

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
export type InputOf<TProcess> = TProcess extends FlowDefinition ? InputOfFlow<TProcess> : TProcess;
