import type { Layout } from "../../sidecar/layout.js";
import type { MappedArray } from "../document/mapped-array.js";
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
  /** How a state tells its item; `undefined` outside a map. */
  readonly item: ItemScope | undefined;
  /** The execution that is the process, as JSONata: children of a distributed map are others, and not the same after a redrive. */
  readonly execution: string;
}

/** Where a state inside a map finds its item, as JSONata. */
export interface ItemScope {
  /** The item's index among all. */
  readonly index: string;
  /** How many items there are; `undefined` where nobody asks. */
  readonly count: string | undefined;
}

/** What the states of a flow have to know of its arrays. */
export interface FanOut {
  readonly layout: Layout;
  /** The array that a map goes over. */
  readonly arrayOf: (map: string) => MappedArray | undefined;
  /** The arrays in the output of a step that it is to count, as maps name them. */
  readonly countedBy: (step: string) => readonly string[];
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
  readonly fanOut: FanOut;
  /** Whether a failure that the flow does not catch is left to Step Functions. */
  readonly redrivable: boolean;
  /** The variable in which a repeat counts its rounds. */
  readonly counterOf: (state: FlowState) => string;
  /** Writes down a chain inside the state; its last state goes to `next`. In this state's scope, unless told. */
  readonly emitChain: (chain: Chain, next: Transition, scope?: Scope) => EmittedChain;
}
