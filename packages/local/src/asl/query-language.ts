import type { Fields, Range } from "./fields.js";
import type { Json } from "./json.js";
import type { StateEntry, Transition } from "./state.js";

export const QUERY_LANGUAGES = ["JSONata", "JSONPath"] as const;

export type QueryLanguageName = (typeof QUERY_LANGUAGES)[number];

/** What a state has come to, where a field may see it. */
export interface StateValues {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

/** What a field asks for, evaluated on one visit of its state. */
export type Query<T> = (entry: StateEntry, values?: StateValues) => T | Promise<T>;

/** How a visit ends: what is assigned, what goes on, and where to. `output` goes on where the fields do not say otherwise. */
export type Conclude = (entry: StateEntry, values: StateValues, output: Json) => Transition | Promise<Transition>;

/** What stands behind a conclusion: a service's answer, a Pass state's own, nothing but the input, a caught error. */
export type ConclusionKind = "result" | "pass" | "input" | "end" | "error";

/**
 * The fields of a state that the two query languages write differently. Everything else of a state is the same in both,
 * and is in its one file in `states/`.
 *
 * Each reader takes its fields from `fields`, and refuses what cannot be right whatever the input.
 */
export interface QueryLanguage {
  readonly name: QueryLanguageName;
  /** `InputPath`: what the state sees of its input; undefined for all of it. */
  inputFilter(fields: Fields): Query<Json> | undefined;
  /** `Arguments` or `Parameters`: what the state hands on; undefined for its input as it is. */
  payload(fields: Fields): Query<Json> | undefined;
  /** `Result` or `Parameters` of a Pass state. */
  passResult(fields: Fields): Query<Json> | undefined;
  /** `Items` or `ItemsPath` of a Map. */
  items(fields: Fields): Query<readonly Json[]>;
  /** `ItemSelector`, or the `Parameters` that were its name before. */
  itemSelector(fields: Fields): Query<Json> | undefined;
  template(fields: Fields, name: string): Query<Json> | undefined;
  string(fields: Fields, name: string): Query<string> | undefined;
  /** A whole number in `name`; in JSONPath also behind the path in `<name>Path`. */
  integer(fields: Fields, name: string, range: Range): Query<number> | undefined;
  number(fields: Fields, name: string, range: Range): Query<number> | undefined;
  /** Unit: milliseconds since 1970. */
  timestamp(fields: Fields, name: string): Query<number> | undefined;
  /** Whether a choice is taken. */
  condition(choice: Fields): Query<boolean>;
  conclusion(fields: Fields, next: string | undefined, kind: ConclusionKind): Conclude;
  /** A choice's end: what it does not say itself, the state says for all of its choices. */
  choiceConclusion(choice: Fields, state: Fields, next: string): Conclude;
}
