import type { RouteValues } from "../../payload.js";
import type { AnyStep } from "../../step.js";
import type { Flat } from "./json.js";
import type { NamedKeys, Put } from "./keys.js";
import type { FlowTypes, Knowing, Passed } from "./known.js";
import type { StepKey, StepName, StepRoute, StepWrites } from "./step-types.js";

/** One more state: what it leaves of the document and the route, its name, and the keys that it writes. */
export type Next<
  T extends FlowTypes,
  TDocument extends object,
  TRoute extends object,
  TName extends string,
  TWrites extends string = never,
> = Knowing<
  TDocument,
  TRoute,
  T["names"] | TName,
  T["writes"] | TWrites,
  true,
  Passed<T["document"], T["route"]>
>["now"];

/** Route values with those of one more name; as they were where it sets none. */
type WithRoute<TRoute extends object, TName extends string, TValues> =
  NamedKeys<TValues> extends never ? TRoute : Put<TRoute, TName, TValues>;

/** After a state that writes nothing. */
export type AfterState<T extends FlowTypes, TName extends string> = Next<T, T["document"], T["route"], TName>;

/** After a step: its output is in the document, its route values can be read. */
export type AfterStep<T extends FlowTypes, TStep extends AnyStep, TName extends string> = Next<
  T,
  Put<T["document"], StepKey<TStep>, StepWrites<TStep>>,
  WithRoute<T["route"], StepName<TStep>, StepRoute<TStep>>,
  TName,
  StepKey<TStep>
>;

/** After a callback: its step's output is in the document, the callback's result is a route value of the state. */
export type AfterCallback<T extends FlowTypes, TStep extends AnyStep, TName extends string, TResult> = Next<
  T,
  Put<T["document"], StepKey<TStep>, StepWrites<TStep>>,
  WithRoute<T["route"], TName, TResult>,
  TName,
  StepKey<TStep>
>;

/** After a state that adds keys to the document: a hand-written one, or another flow that was waited for. */
export type AfterWrites<T extends FlowTypes, TName extends string, TAdded> = Next<
  T,
  Flat<Omit<T["document"], keyof TAdded> & TAdded>,
  T["route"],
  TName,
  keyof TAdded & string
>;

/** After a pass that sets route values. */
export type AfterPass<T extends FlowTypes, TName extends string, TRoute extends RouteValues> = Next<
  T,
  T["document"],
  WithRoute<T["route"], TName, TRoute>,
  TName
>;

/** After `succeed` or `fail`. */
export type Ended<T extends FlowTypes, TName extends string> = Knowing<
  T["document"],
  T["route"],
  T["names"] | TName,
  T["writes"],
  false,
  Passed<T["document"], T["route"]>
>["now"];

/** What a path knows when it sets out from a state: all so far, and no write of its own. */
export type Start<T extends FlowTypes> = Knowing<
  T["document"],
  T["route"],
  T["names"],
  never,
  true,
  Passed<T["document"], T["route"]>
>["now"];

/** Where a `catch` takes up: as before the state that failed. */
export type Recovery<T extends FlowTypes> = Knowing<
  T["before"]["document"],
  T["before"]["route"],
  T["names"],
  never,
  true,
  T["before"]
>["now"];

/** What stands in a map's array for an item: `null` as well where an item may not have written it. */
type Element<TOutput, TGap> = Exclude<TOutput, undefined> | TGap | (undefined extends TOutput ? null : never);

/** After a map: what an item wrote reads back as an array, in the items' order; `TGap` stands for one that failed. */
export type AfterMap<T extends FlowTypes, TItem extends FlowTypes, TName extends string, TGap = never> = Next<
  T,
  Flat<
    Omit<T["document"], TItem["writes"]> & {
      readonly [K in TItem["writes"] & keyof TItem["document"]]-?: Element<TItem["document"][K], TGap>[];
    }
  >,
  T["route"],
  TItem["names"] | TName,
  TItem["writes"]
>;

/** After a repeat: its body has run at least once. */
export type AfterRepeat<T extends FlowTypes, TRound extends FlowTypes, TName extends string> = Next<
  T,
  TRound["document"],
  TRound["route"],
  TRound["names"] | TName,
  TRound["writes"]
>;
