/** Tells `any` from every other type. */
type IsAny<T> = 0 extends 1 & T ? true : false;

/**
 * A value of type `T` as it reads back from JSON: what has `toJSON` (a `Date`) becomes what that returns, what JSON
 * cannot carry (functions, `bigint`, symbols) becomes `never`, a property that may be `undefined` becomes optional.
 */
export type Json<T> =
  IsAny<T> extends true
    ? T
    : unknown extends T
      ? T
      : T extends string | number | boolean | null
        ? T
        : T extends { toJSON(): infer TJson }
          ? Json<TJson>
          : T extends undefined | bigint | symbol | ((...args: never) => unknown)
            ? never
            : T extends readonly unknown[]
              ? { -readonly [I in keyof T]: Json<T[I]> }
              : T extends object
                ? JsonObject<T>
                : never;

type MaybeUndefinedKeys<T> = {
  [K in keyof T]-?: undefined extends T[K] ? (unknown extends T[K] ? never : K) : never;
}[keyof T];

type JsonObject<T> = [MaybeUndefinedKeys<T>] extends [never]
  ? { -readonly [K in keyof T & string]: Json<T[K]> }
  : Flat<
      { -readonly [K in Exclude<keyof T & string, MaybeUndefinedKeys<T>>]: Json<T[K]> } & {
        -readonly [K in keyof T & string & MaybeUndefinedKeys<T>]?: Json<Exclude<T[K], undefined>>;
      }
    >;

/** An intersection written out as one object, for people who hover over it. */
export type Flat<T> = { [K in keyof T]: T[K] } & {};
