import type { Chain, FlowState } from "../state.js";
import { choiceState } from "./choice.js";
import { failure, SUCCESS } from "./end.js";
import { handWrittenState } from "./hand-written.js";
import { mapState } from "./map.js";
import { parallelState } from "./parallel.js";
import { passState } from "./pass.js";
import { repeatState } from "./repeat.js";
import { startState } from "./start.js";
import { callbackState, stepState } from "./task.js";
import type { AslStates, Emission, EmittedChain, FanOut, Scope, Transition } from "./types.js";
import { waitState } from "./wait.js";

/** What holds for a whole chain. */
export interface ChainContext {
  readonly next: Transition;
  readonly scope: Scope;
  readonly nameOf: (state: FlowState) => string;
  readonly counterOf: (state: FlowState) => string;
  readonly fanOut: FanOut;
  readonly redrivable: boolean;
}

/** Writes a chain down; its last state goes to `next`. An empty chain is entered at `next`. */
export function emitChain(chain: Chain, { next, scope, ...machine }: ChainContext): EmittedChain {
  const transition = (state: FlowState | undefined): Transition =>
    state === undefined ? next : { Next: machine.nameOf(state) };
  const inner: Emission["emitChain"] = (innerChain, innerNext, innerScope = scope) =>
    emitChain(innerChain, { next: innerNext, scope: innerScope, ...machine });
  const states = chain.flatMap((state, index) =>
    emitState({
      state,
      name: machine.nameOf(state),
      next: transition(chain[index + 1]),
      scope,
      ...machine,
      emitChain: inner,
    }),
  );
  return { entry: transition(chain[0]), states };
}

function emitState(emission: Emission): AslStates {
  const { state, name } = emission;
  switch (state.kind) {
    case "step":
      return stepState({ ...emission, state });
    case "callback":
      return callbackState({ ...emission, state });
    case "parallel":
      return parallelState({ ...emission, state });
    case "choice":
      return choiceState({ ...emission, state });
    case "map":
      return mapState({ ...emission, state });
    case "repeat":
      return repeatState({ ...emission, state });
    case "wait":
      return waitState({ ...emission, state });
    case "start":
      return startState({ ...emission, state });
    case "pass":
      return passState({ ...emission, state });
    case "state":
      return handWrittenState({ ...emission, state });
    case "fail":
      return failure(name, state.error, state.cause, emission);
    case "succeed":
      return [[name, emission.scope.top ? { Type: "Pass", ...SUCCESS } : { Type: "Succeed" }]];
  }
}
