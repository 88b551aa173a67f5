import { everyState, type FlowDefinition, nameStates, outlineOf } from "@sfs3/sdk/flow";

/** A step as a state calls it. */
export interface CalledStep {
  readonly step: string;
  readonly outputKey: string;
  /** Top-level keys that its `schemaIn` names; `undefined` where it takes whatever is there. */
  readonly reads: readonly string[] | undefined;
  /** Whether a Map runs it, once an item. */
  readonly isItem: boolean;
}

/** The steps that a flow's states call, by the names of the states. */
export type Calls = ReadonlyMap<string, CalledStep>;

export function callsOf(flow: FlowDefinition): Calls {
  const { steps } = outlineOf(flow);
  const states = nameStates(flow.states);
  const maps = [...states.keys()].filter(({ kind }) => kind === "map");
  const inMaps = new Set(maps.flatMap((map) => ("body" in map ? [...everyState(map.body)] : [])));
  const calls = new Map<string, CalledStep>();
  for (const [state, name] of states) {
    if (state.kind !== "step" && state.kind !== "callback") continue;
    const step = state.step.options.name;
    const outline = steps[step];
    if (outline === undefined) continue;
    const { outputKey, reads } = outline;
    calls.set(name, { step, outputKey, reads: keysIn(reads), isItem: inMaps.has(state) });
  }
  return calls;
}

function keysIn({ type, properties = {}, additionalProperties = false }: JsonObjectSchema): CalledStep["reads"] {
  return type === "object" && additionalProperties === false ? Object.keys(properties) : undefined;
}

interface JsonObjectSchema {
  readonly type?: string | readonly string[];
  readonly properties?: object;
  readonly additionalProperties?: unknown;
}
