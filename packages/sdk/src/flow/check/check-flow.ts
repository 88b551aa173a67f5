import type { AnyStep } from "../../step.js";
import type { FlowDefinition } from "../flow.js";
import { functionPlaceholder } from "../placeholders.js";
import { refusal } from "../refusal.js";
import { type Chain, everyState, type FlowState } from "../state.js";
import type { Checked } from "./checked.js";
import { checkInputs } from "./inputs.js";
import { checkReachability } from "./reachability.js";
import { checkSettings } from "./settings.js";

/**
 * Refuses a flow that no machine should be made of.
 *
 * @throws `FlowDefinitionError` with the state and the reason
 */
export function checkFlow(flow: FlowDefinition, names: ReadonlyMap<FlowState, string>): void {
  const checked = { flow, nameOf: (state: FlowState) => names.get(state) ?? state.kind };
  checkSteps(flow);
  for (const state of everyState(flow.states)) {
    checkSettings(state, checked);
    checkBranches(state, checked);
  }
  checkReachability(flow.states, checked);
  checkInputs(checked);
}

/** A flow has a step, and each Lambda's placeholder stands for one step only. */
function checkSteps(flow: FlowDefinition): void {
  const byPlaceholder = new Map<string, AnyStep>();
  for (const state of everyState(flow.states)) {
    if (state.kind !== "step" && state.kind !== "callback") continue;
    const placeholder = functionPlaceholder(state.step.options.name);
    const other = byPlaceholder.get(placeholder);
    if (other !== undefined && other !== state.step) {
      throw refusal(
        `${flow.name}: two different steps are named '${other.options.name}' and '${state.step.options.name}', and both would be deployed as ${placeholder}.`,
        "Rename one of them; letters and digits have to differ.",
      );
    }
    byPlaceholder.set(placeholder, state.step);
  }
  if (byPlaceholder.size === 0) throw refusal(`${flow.name} has no step.`, "Add one with .step(...).");
}

/** Chains that have to do something. */
function checkBranches(state: FlowState, { flow, nameOf }: Checked): void {
  const required: readonly Chain[] =
    state.kind === "parallel" ? state.branches : state.kind === "map" || state.kind === "repeat" ? [state.body] : [];
  if (required.some((chain) => chain.length === 0) || (state.kind === "parallel" && state.branches.length === 0)) {
    throw refusal(`${flow.name}, '${nameOf(state)}': a branch without a state.`, "Add one, or leave the branch out.");
  }
  if (state.kind === "choice" && state.cases.length === 0) {
    throw refusal(`${flow.name}, '${nameOf(state)}': a choice without a case.`, "Add one, or leave the choice out.");
  }
  const inner = state.kind === "map" ? [...everyState(state.body)].find(({ kind }) => kind === "map") : undefined;
  if (inner !== undefined) {
    throw refusal(
      `${flow.name}: the map '${nameOf(inner)}' stands inside the map '${nameOf(state)}', and their items would share one array.`,
      "Let a step write all pairs of items into one array and go over that, or start a flow of its own for each item.",
    );
  }
}
