/** Keys that are named; an index signature, as of `z.record` or of `z.object({})`, asks for none. */
export type NamedKeys<T> = keyof { [K in keyof T as string extends K ? never : K]: K };

export type RequiredKeys<T, K = NamedKeys<T>> = K extends keyof T ? (T extends Record<K, T[K]> ? K : never) : never;

/** `T` as it stands, or with `K` added; what `K` held before is gone. */
export type Put<T, K extends string, V> = Putting<T, K, V>["done"];

/**
 * A property instead of an alias: an alias keeps its arguments, so the type behind 200 states would be a chain of 200
 * aliases, and the compiler gives up on chains of 100.
 */
interface Putting<T, K extends string, V> {
  readonly done: [K & keyof T] extends [never]
    ? T & { readonly [P in K]: V }
    : { readonly [P in keyof T as P extends K ? never : P]: T[P] } & { readonly [P in K]: V };
}
