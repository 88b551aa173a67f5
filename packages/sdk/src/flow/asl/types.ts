import type { Chain, FlowState } from "../state.js";

/** A state of the definition, as it is written. */
export type AslState = Readonly<Record<string, unknown>>;

/**
 * The states of one scope in order of writing. Step Functions refuses a state that nothing leads to, so those that may
 * turn out to be superfluous are marked, behind all that may lead to them.
 */
export type AslStates = readonly (readonly [name: string, state: AslState, kept?: "if reached"])[];

/** Where a state goes when it is done. */
export type Transition = { readonly Next: string } | { readonly End: true };

/**
 * Where a chain stands. States of the machine itself announce its end before they end it; inside a Parallel or a Map a
 * failure ends the branch, and the state around it takes care of the rest.
 */
export interface Scope {
  readonly top: boolean;
  readonly insideMap: boolean;
}

/** A chain as ASL: where it is entered, and its states. */
export interface EmittedChain {
  readonly entry: Transition;
  readonly states: AslStates;
}

/** All that it takes to write down one state. */
export interface Emission<TState extends FlowState = FlowState> {
  readonly state: TState;
  readonly name: string;
  readonly next: Transition;
  readonly scope: Scope;
  readonly nameOf: (state: FlowState) => string;
  /** The variable in which a repeat counts its rounds. */
  readonly counterOf: (state: FlowState) => string;
  /** Writes down a chain inside the state; its last state goes to `next`. In this state's scope, unless told. */
  readonly emitChain: (chain: Chain, next: Transition, scope?: Scope) => EmittedChain;
}
