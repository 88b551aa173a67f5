import type { NamedKeys, RequiredKeys } from "./keys.js";
import type { FlowTypes } from "./known.js";
import type { FlowError, StateError } from "./misuse.js";

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
