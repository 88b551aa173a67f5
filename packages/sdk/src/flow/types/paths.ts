import type { Flat } from "./json.js";
import type { RequiredKeys } from "./keys.js";
import type { FlowTypes, Knowing, Passed } from "./known.js";
import type { FlowError } from "./misuse.js";
import type { Next } from "./states.js";

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
