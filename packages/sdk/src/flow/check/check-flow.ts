import { startedFlows } from "../outline.js";
import { functionPlaceholder, stateMachinePlaceholder } from "../placeholders.js";
import type { FlowDefinition } from "../state.js";
import { type Chain, everyState, type FlowState, type MapState, type RepeatState } from "../state.js";
import type { Checked, Problems } from "./checked.js";
import { checkInputs } from "./inputs.js";
import { checkMaps } from "./maps.js";
import { checkReachability } from "./reachability.js";
import { checkSettings } from "./settings.js";

/** What keeps a flow from being a machine, as far as that shows before the machine is written down. */
export function* checkFlow(flow: FlowDefinition, names: ReadonlyMap<FlowState, string>): Problems {
  const checked = { flow, nameOf: (state: FlowState) => names.get(state) ?? state.kind };
  yield* checkPlaceholders(checked);
  yield* checkFlowNames(flow);
  for (const state of everyState(flow.states)) {
    yield* checkSettings(state, checked);
    yield* checkBranches(state, checked);
  }
  yield* checkReachability(flow.states, checked);
  yield* checkInputs(flow);
  yield* checkMaps(flow);
}

/** A flow has a step, and each placeholder stands for one step or one started flow only. */
function* checkPlaceholders({ flow, nameOf }: Checked): Problems {
  const owners = new Map<string, { readonly owner: object; readonly name: string }>();
  for (const state of everyState(flow.states)) {
    const { placeholder, owner, name } = deployedOf(state);
    if (placeholder === undefined) continue;
    const other = owners.get(placeholder);
    if (other !== undefined && other.owner !== owner) {
      yield {
        rule: "placeholder-clash",
        flow: flow.name,
        state: nameOf(state),
        what: `${flow.name}: '${other.name}' and '${name}' are different, and both would be deployed as ${placeholder}.`,
        wayOut: "Rename one of them; letters and digits have to differ.",
      };
    }
    owners.set(placeholder, { owner, name });
  }
  if (Object.keys(flow.handlers).length > 0) return;
  yield { rule: "no-step", flow: flow.name, what: `${flow.name} has no step.`, wayOut: "Add one with .step(...)." };
}

/** What is deployed by a name is one flow: what a flow starts is neither called as it is, nor as another that is started. */
function* checkFlowNames(flow: FlowDefinition): Problems {
  const owners = new Map([[flow.name, flow]]);
  for (const started of startedFlows(flow)) {
    if (owners.get(started.name) === started) continue;
    if (owners.has(started.name)) {
      const what = `${flow.name}: it starts a flow '${started.name}', and another flow has that name.`;
      yield {
        rule: "flow-name-clash",
        flow: flow.name,
        what,
        wayOut: "Rename one of them; a flow is deployed by its name.",
      };
    }
    owners.set(started.name, started);
  }
}

/** What a state calls that is deployed beside the machine: a step's function, another flow's machine. */
function deployedOf(state: FlowState): {
  readonly placeholder?: string;
  readonly owner: object;
  readonly name: string;
} {
  if (state.kind === "step" || state.kind === "callback") {
    const { name } = state.step.options;
    return { placeholder: functionPlaceholder(name), owner: state.step, name };
  }
  if (state.kind === "start") {
    const { name } = state.flow;
    return { placeholder: stateMachinePlaceholder(name), owner: state.flow, name };
  }
  return { owner: state, name: state.kind };
}

/** Chains that have to do something. */
function* checkBranches(state: FlowState, checked: Checked): Problems {
  const { flow, nameOf } = checked;
  const at = { flow: flow.name, state: nameOf(state) };
  const required: readonly Chain[] =
    state.kind === "parallel" ? state.branches : state.kind === "map" || state.kind === "repeat" ? [state.body] : [];
  if (required.some((chain) => chain.length === 0) || (state.kind === "parallel" && state.branches.length === 0)) {
    const what = `${flow.name}, '${nameOf(state)}': a branch without a state.`;
    yield { rule: "empty-branch", ...at, what, wayOut: "Add one, or leave the branch out." };
  }
  if (state.kind === "choice" && state.cases.length === 0) {
    const what = `${flow.name}, '${nameOf(state)}': a choice without a case.`;
    yield { rule: "empty-branch", ...at, what, wayOut: "Add one, or leave the choice out." };
  }
  if (state.kind === "map" || state.kind === "repeat") yield* checkNoMapInside(state, checked);
}

/** Items of a map write one array under a step's key; a second map below, or a second round, would write it again. */
function* checkNoMapInside(state: MapState | RepeatState, { flow, nameOf }: Checked): Problems {
  const inner = [...everyState(state.body)].find(({ kind }) => kind === "map");
  if (inner === undefined) return;
  const shared = state.kind === "map" ? "their items" : "its rounds";
  yield {
    rule: "nested-map",
    flow: flow.name,
    state: nameOf(inner),
    what: `${flow.name}: the map '${nameOf(inner)}' stands inside the ${state.kind} '${nameOf(state)}', and ${shared} would share one array.`,
    wayOut:
      "Start a flow of its own there with .start(flow, { wait: true }), or let a step write all items into one array first.",
  };
}
