import type { input, output } from "zod/v4/core";
import type { AnyStep, RouteValues, Schema } from "../step.js";
import type { Flat, Json } from "./json.js";

/** All that the compiler knows of a flow at one point: one record instead of many type parameters. */
export interface FlowTypes {
  /** The sidecar so far, as JSON. */
  readonly document: object;
  /** Route values so far, by step. */
  readonly route: object;
  /** Names of the states so far. */
  readonly names: string;
  /** Keys of the sidecar that this path writes; tells parallel branches apart. */
  readonly writes: string;
  /** False after `succeed` and `fail`: nothing can follow. */
  readonly open: boolean;
  /** Document and route before the last state: where a `catch` takes up. */
  readonly before: Passed<object, object>;
}

declare const flowError: unique symbol;
declare const stateError: unique symbol;

/** What data that is not there resolves to, so that the compiler's message says what is wrong. */
export interface FlowError<TMessage extends string> {
  readonly [flowError]: TMessage;
}

/** What a state that cannot stand here resolves to. Another property: both errors at once would cancel each other. */
export interface StateError<TMessage extends string> {
  readonly [stateError]: TMessage;
}

export type StepName<TStep extends AnyStep> = TStep["options"]["name"];
export type StepKey<TStep extends AnyStep> = TStep["options"]["outputKey"];
export type StepReads<TStep extends AnyStep> = input<TStep["schemaIn"]>;
export type StepWrites<TStep extends AnyStep> = Json<output<TStep["schemaOut"]>>;

type StepRoute<TStep extends AnyStep> =
  NonNullable<TStep["options"]["route"]> extends (output: never) => infer TRoute ? TRoute : never;

/** Keys that are named; an index signature, as of `z.record` or of `z.object({})`, asks for none. */
type NamedKeys<T> = keyof { [K in keyof T as string extends K ? never : K]: K };

type RequiredKeys<T, K = NamedKeys<T>> = K extends keyof T ? (T extends Record<K, T[K]> ? K : never) : never;

/** `T` as it stands, or with `K` added; what `K` held before is gone. */
type Put<T, K extends string, V> = Putting<T, K, V>["done"];

/**
 * A property instead of an alias: an alias keeps its arguments, so the type behind 200 states would be a chain of 200
 * aliases, and the compiler gives up on chains of 100.
 */
interface Putting<T, K extends string, V> {
  readonly done: [K & keyof T] extends [never]
    ? T & { readonly [P in K]: V }
    : { readonly [P in keyof T | K]: P extends K ? V : P extends keyof T ? T[P] : never };
}

// What a step can read ------------------------------------------------------------------------------------------------

/** The part of a document that a reader names: all that the checks below look at, so that they cost what it reads. */
type Seen<TDocument, TReads> = Pick<TDocument, keyof TDocument & NamedKeys<TReads>>;

/** Keys that `TReads` needs and `TSeen` lacks. */
type MissingKeys<TSeen, TReads> = Exclude<RequiredKeys<TReads>, keyof TSeen>;

/** Keys that `TReads` needs and that only some paths write. */
type UncertainKeys<TSeen, TReads> = Exclude<RequiredKeys<TReads>, RequiredKeys<TSeen>>;

/** Keys that are there, but not what `TReads` takes. */
type MistypedKeys<TSeen, TReads, K = keyof TSeen & keyof TReads> = K extends keyof TSeen & keyof TReads
  ? Exclude<TSeen[K], undefined> extends TReads[K]
    ? never
    : K
  : never;

type Text<K> = K & string;

/** `unknown` where the document satisfies what `TName` reads, else the error that says why not. */
export type Satisfies<TDocument, TReads, TName extends string> = unknown extends TReads
  ? unknown
  : Judged<Seen<TDocument, TReads>, TReads, TName>;

type Judged<TSeen, TReads, TName extends string> = [MissingKeys<TSeen, TReads>] extends [never]
  ? [UncertainKeys<TSeen, TReads>] extends [never]
    ? [MistypedKeys<TSeen, TReads>] extends [never]
      ? unknown
      : FlowError<`'${TName}' reads '${Text<MistypedKeys<TSeen, TReads>>}' as another type than the flow writes`>
    : FlowError<`'${TName}' reads '${Text<UncertainKeys<TSeen, TReads>>}', which only some paths write: make it optional in the schema, or write it on every path`>
  : FlowError<`'${TName}' reads '${Text<MissingKeys<TSeen, TReads>>}', which nothing before it writes`>;

/** `unknown` where a state may follow under this name, else the error. */
export type Follows<T extends FlowTypes, TName extends string> = T["open"] extends false
  ? StateError<`'${TName}' is unreachable: the flow has ended before it`>
  : string extends TName
    ? unknown
    : TName extends T["names"]
      ? StateError<`a state named '${TName}' is already in the flow: give this one another name with { as: '...' }`>
      : unknown;

// How states change what is known -------------------------------------------------------------------------------------

/**
 * What is known at one point. The parameters stand alone because the compiler resolves type arguments at once and the
 * properties of a record only when asked: a flow of 200 states would be asked for 200 levels in one go.
 */
export interface Known<
  TDocument extends object,
  TRoute extends object,
  TNames extends string,
  TWrites extends string,
  TOpen extends boolean,
  TBefore extends FlowTypes["before"],
> {
  readonly document: TDocument;
  readonly route: TRoute;
  readonly names: TNames;
  readonly writes: TWrites;
  readonly open: TOpen;
  readonly before: TBefore;
}

/** A property instead of an alias, as {@link Putting}: an alias of an interface is resolved late, and keeps its arguments. */
interface Knowing<
  TDocument extends object,
  TRoute extends object,
  TNames extends string,
  TWrites extends string,
  TOpen extends boolean,
  TBefore extends FlowTypes["before"],
> {
  readonly now: Known<TDocument, TRoute, TNames, TWrites, TOpen, TBefore>;
}

/** Document and route at one point. */
export interface Passed<TDocument extends object, TRoute extends object> {
  readonly document: TDocument;
  readonly route: TRoute;
}

/** One more state: what it leaves of the document and the route, its name, and the keys that it writes. */
type Next<
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

// Where paths meet ----------------------------------------------------------------------------------------------------

/** Both objects seen as one of the two: what both surely have is required, the rest optional. */
type Either<A, B> = A extends B ? (B extends A ? A : EitherOf<A, B>) : EitherOf<A, B>;

type EitherOf<A, B> = Flat<
  { readonly [K in keyof A & keyof B & RequiredKeys<A> & RequiredKeys<B>]: A[K] | B[K] } & {
    readonly [K in Exclude<keyof A | keyof B, RequiredKeys<A> & RequiredKeys<B>>]?: Exclude<
      Of<A, K> | Of<B, K>,
      undefined
    >;
  }
>;

type Of<T, K extends PropertyKey> = K extends keyof T ? T[K] : never;

/** What is known where two paths meet; one that has ended does not arrive. */
type Joined<A extends FlowTypes, B extends FlowTypes> = Knowing<
  A["open"] extends false
    ? B["document"]
    : B["open"] extends false
      ? A["document"]
      : Either<A["document"], B["document"]>,
  A["open"] extends false ? B["route"] : B["open"] extends false ? A["route"] : Either<A["route"], B["route"]>,
  A["names"] | B["names"],
  A["writes"] | B["writes"],
  A["open"] extends false ? B["open"] : true,
  A["before"]
>["now"];

/** After one of several paths was taken. */
export type AfterOneOf<TPaths extends readonly FlowTypes[], TFirst extends FlowTypes> = TPaths extends readonly [
  infer TPath extends FlowTypes,
  ...infer TRest extends readonly FlowTypes[],
]
  ? AfterOneOf<TRest, Joined<TFirst, TPath>>
  : TFirst;

/** After a choice: `before` is the point of the choice. */
export type AfterChoice<T extends FlowTypes, TJoined extends FlowTypes, TName extends string> = Knowing<
  TJoined["document"],
  TJoined["route"],
  TJoined["names"] | TName,
  T["writes"] | TJoined["writes"],
  TJoined["open"],
  Passed<T["document"], T["route"]>
>["now"];

/** After a catch: either all went well, or the recovery ran. */
export type AfterCatch<T extends FlowTypes, TRecovery extends FlowTypes> = Joined<T, TRecovery>;

type Written<TPath extends FlowTypes> = Pick<TPath["document"], TPath["writes"] & keyof TPath["document"]>;

type UnionToIntersection<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void ? I : never;

/** After a parallel: every branch has run, so all they wrote is there. */
export type AfterParallel<T extends FlowTypes, TPaths extends readonly FlowTypes[]> = Next<
  T,
  Flat<
    Omit<T["document"], TPaths[number]["writes"]> &
      UnionToIntersection<{ [I in keyof TPaths]: Written<TPaths[I]> }[number]>
  >,
  Flat<T["route"] & UnionToIntersection<{ [I in keyof TPaths]: TPaths[I]["route"] }[number]>>,
  TPaths[number]["names"],
  TPaths[number]["writes"]
>;

/** Keys that branch `I` writes and another branch writes too. */
type SharedWrites<TPaths extends readonly FlowTypes[], I extends keyof TPaths> = TPaths[I] extends FlowTypes
  ? TPaths[I]["writes"] & { [J in keyof TPaths]: J extends I ? never : TPaths[J]["writes"] }[number]
  : never;

/** `unknown` where no other branch writes what branch `I` writes, else the error. */
export type WritesAlone<TPaths extends readonly FlowTypes[], I extends keyof TPaths> = [
  SharedWrites<TPaths, I>,
] extends [never]
  ? unknown
  : FlowError<`two branches of one parallel write '${SharedWrites<TPaths, I>}'`>;

/** After a map: what an item wrote reads back as an array, in the items' order. */
export type AfterMap<T extends FlowTypes, TItem extends FlowTypes, TName extends string> = Next<
  T,
  Flat<
    Omit<T["document"], TItem["writes"]> & {
      readonly [K in TItem["writes"] & keyof TItem["document"]]: TItem["document"][K][];
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

/** Paths of arrays in a document: a top-level key, or one level below it, dotted. */
export type ArrayPath<TDocument> = {
  [K in keyof TDocument & string]: TDocument[K] extends readonly unknown[]
    ? K
    : TDocument[K] extends object
      ? {
          [P in keyof TDocument[K] & string]: TDocument[K][P] extends readonly unknown[] ? `${K}.${P}` : never;
        }[keyof TDocument[K] & string]
      : never;
}[keyof TDocument & string];

/** The keys that an object schema describes, as they stand in the sidecar. */
export type SchemaWrites<TSchema extends Schema | undefined> = TSchema extends Schema
  ? Json<output<TSchema>>
  : Record<never, never>;
