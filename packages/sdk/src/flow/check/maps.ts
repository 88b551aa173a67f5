import { type MappedArray, mappedArrays } from "../document/mapped-array.js";
import { layoutOf } from "../layout.js";
import { everyState, type FlowDefinition } from "../state.js";
import type { Problems } from "./checked.js";
import type { FlowProblem } from "./problem.js";

/** Maps whose items nobody could count, or no machine could read. */
export function* checkMaps(flow: FlowDefinition): Problems {
  for (const array of mappedArrays(flow)) {
    const { map } = array;
    const uncounted = map.count === undefined ? uncountedBecause(flow, array) : undefined;
    if (uncounted !== undefined) {
      const [why, wayOut] = uncounted;
      yield {
        ...at(flow, array),
        rule: "map-count",
        what: `${flow.name}: the map '${map.name}' goes over '${map.over}' without a count, ${why}`,
        wayOut,
      };
    }
    if (map.distributed !== undefined) yield* checkDistributed(flow, array);
  }
}

const at = (flow: FlowDefinition, { map }: MappedArray): Pick<FlowProblem, "flow" | "state"> => ({
  flow: flow.name,
  state: map.name,
});

const GIVE_COUNT = "Give it one from a route value: { count: (route) => route.<step>.<name> }";

/** Why no step counts the items, and what to do. */
function uncountedBecause(
  flow: FlowDefinition,
  { slot, key }: MappedArray,
): readonly [why: string, wayOut: string] | undefined {
  if (slot.perItem) return [`and the items of another map wrote '${key}'.`, `${GIVE_COUNT}, as the other map has.`];
  if (slot.writers.includes("input")) {
    return [
      "and no step counts what the process is started with.",
      `${GIVE_COUNT}, of a step that reads '${key}', or let a first step write the array.`,
    ];
  }
  const foreign = slot.writers.find(
    (writer) => typeof writer === "string" || writer.flow !== flow.name || isCallback(flow, writer.step),
  );
  if (foreign === undefined) return undefined;
  const writer = typeof foreign === "string" ? "a state written by hand" : `'${foreign.step}'`;
  return [`and the machine hears no count from ${writer}, which writes '${key}'.`, `${GIVE_COUNT}.`];
}

/** What a callback's function returns is lost: its state ends with what the token brings. */
const isCallback = (flow: FlowDefinition, step: string): boolean =>
  [...everyState(flow.states)].some((state) => state.kind === "callback" && state.step.options.name === step);

function* checkDistributed(flow: FlowDefinition, array: MappedArray): Problems {
  const { map, key, slot } = array;
  const the = `${flow.name}: the distributed map '${map.name}'`;
  if (layoutOf(flow) === "document") {
    yield {
      ...at(flow, array),
      rule: "distributed-layout",
      what: `${the} needs the layout parts, and the flow chooses document.`,
      wayOut: "Leave the flow's layout out, or make it 'parts': Step Functions reads the items from a part.",
    };
  }
  const inInput = slot.writers.includes("input");
  if (slot.perItem || (inInput && slot.writers.length > 1)) {
    const where = slot.perItem ? "which has a part for each item" : "which lies in another part on some paths";
    yield {
      ...at(flow, array),
      rule: "distributed-source",
      what: `${the} goes over '${key}', ${where}: Step Functions reads the items from one part.`,
      wayOut: "Let a step before it write the whole array as its output.",
    };
  }
}
