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
