import {
  type Chain,
  endsHere,
  type FlowDefinition,
  type FlowPlace,
  type FlowState,
  innerChains,
  nameStates,
} from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";

/** How the user says where a step belongs. */
export interface PlaceOptions {
  readonly after?: string;
  readonly before?: string;
  readonly inBranch?: string;
}

/** Where a step goes: into a chain, or into a new branch of the parallel that stands at the place. */
export interface Target extends FlowPlace {
  readonly newBranch: boolean;
}

/** A state and where it stands. */
interface Located extends FlowPlace {
  readonly state: FlowState;
  readonly name: string;
  /** The state whose branch this is in; `undefined` for those of the flow itself. */
  readonly holder: Located | undefined;
}

/**
 * The place that the options mean: by default the end of the flow.
 *
 * @throws `CliError` that lists what there is where they mean none, or several
 */
export function findTarget(flow: FlowDefinition, options: PlaceOptions): Target {
  const { after, before, inBranch } = options;
  if (before !== undefined && (after !== undefined || inBranch !== undefined)) {
    throw new CliError(
      `--before and --${after === undefined ? "in-branch" : "after"} exclude each other. Leave one out.`,
    );
  }
  const states = located(flow);
  const find = (name: string) => findState(name, { flow, states });
  if (inBranch !== undefined && after === undefined) return endOfBranch(find(inBranch));
  if (inBranch !== undefined && after !== undefined) {
    return inBranch === "new" ? newBranch(find(after)) : numberedBranch(inBranch, find(after));
  }
  if (before !== undefined) return { ...placeOf(find(before)), newBranch: false };
  return after === undefined ? endOf(flow.states) : behind(find(after));
}

const placeOf = ({ chain, position }: FlowPlace): FlowPlace => ({ chain, position });

/** The end of a chain; before the state that ends the process there. */
function endOf(chain: Chain): Target {
  const last = chain.at(-1);
  const ends = last !== undefined && endsHere(last);
  return { chain, position: chain.length - (ends ? 1 : 0), newBranch: false };
}

function behind({ chain, position, state, name }: Located): Target {
  if (endsHere(state)) throw new CliError(`--after ${name}: the process ends there. Use --before ${name}.`);
  return { chain, position: position + 1, newBranch: false };
}

function endOfBranch({ chain, holder, name }: Located): Target {
  if (holder !== undefined) return endOf(chain);
  throw new CliError(
    `--in-branch ${name}: that state is in no branch. Use --after ${name}, or number the branch behind it: ` +
      `--after ${name} --in-branch 1.`,
  );
}

interface Branching {
  readonly state: FlowState;
  readonly place: FlowPlace;
}

/** The state that has the branches: this one, the next one, or the innermost around it. */
function branching(from: Located, has: (state: FlowState) => boolean): Branching | undefined {
  const { chain, position } = from;
  for (const at of [position, position + 1]) {
    const state = chain[at];
    if (state !== undefined && has(state)) return { state, place: { chain, position: at } };
  }
  return around(from.holder, has);
}

function around(holder: Located | undefined, has: (state: FlowState) => boolean): Branching | undefined {
  if (holder === undefined) return undefined;
  return has(holder.state) ? { state: holder.state, place: placeOf(holder) } : around(holder.holder, has);
}

function newBranch(after: Located): Target {
  const found = branching(after, ({ kind }) => kind === "parallel");
  if (found !== undefined) return { ...found.place, newBranch: true };
  throw new CliError(
    `--in-branch new: '${after.name}' neither is, nor is in, nor is followed by a parallel. A way of a choice needs a ` +
      "condition: write it into the flow, with a state in it that --in-branch can name.",
  );
}

function numberedBranch(branch: string, after: Located): Target {
  const found = branching(after, (state) => innerChains(state).length > 0);
  const chains = found === undefined ? [] : innerChains(found.state);
  const chain = /^[1-9]\d{0,3}$/.test(branch) ? chains[Number(branch) - 1] : undefined;
  if (chain !== undefined) return endOf(chain);
  const there =
    found === undefined
      ? `'${after.name}' neither has branches, nor is in one, nor is followed by a state that has`
      : `the ${found.state.kind} that --after ${after.name} leads to has ${chains.length} (number 1 to ${chains.length})`;
  throw new CliError(`--in-branch ${branch}: ${there}. Name a state in the branch instead: --in-branch <state>.`);
}

/** Every state with its place, outer before inner. */
function located(flow: FlowDefinition): readonly Located[] {
  const names = nameStates(flow.states);
  const inChain = (chain: Chain, holder: Located | undefined): readonly Located[] =>
    chain.flatMap((state, position) => {
      const here = { state, chain, position, holder, name: names.get(state) ?? state.kind };
      return [here, ...innerChains(state).flatMap((inner) => inChain(inner, here))];
    });
  return inChain(flow.states, undefined);
}

interface Named {
  readonly flow: FlowDefinition;
  readonly states: readonly Located[];
}

/** By the state's name, else by that of its step. */
function findState(name: string, { flow, states }: Named): Located {
  const byName = states.filter((state) => state.name === name);
  const found = byName.length > 0 ? byName : states.filter(({ state }) => stepNameOf(state) === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (only !== undefined) {
    throw new CliError(`${flow.name} has '${name}' as ${listed(found)}. Name one of these states.`);
  }
  throw new CliError(`${flow.name} has no state '${name}'. It has ${listed(states)}.`);
}

const stepNameOf = (state: FlowState): string | undefined =>
  state.kind === "step" || state.kind === "callback" ? state.step.options.name : undefined;

const listed = (states: readonly Located[]): string => states.map(({ name }) => name).join(", ") || "none yet";
