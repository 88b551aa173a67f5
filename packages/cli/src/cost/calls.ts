import { everyState, type FlowDefinition, type FlowState, nameStates, outlineOf } from "@sfs3/sdk/flow";

/** A step as a state calls it. */
export interface CalledStep {
  readonly step: string;
  readonly outputKey: string;
  /** Top-level keys that its `schemaIn` names; `undefined` where it takes whatever is there. */
  readonly reads: readonly string[] | undefined;
  /** Whether a Map runs it, once an item. */
  readonly isItem: boolean;
  /** The distributed Map that runs it, and how many items a child of that has. */
  readonly batch?: { readonly map: string; readonly size: number } | undefined;
}

type MapState = Extract<FlowState, { readonly kind: "map" }>;

/** The steps that a flow's states call, by the names of the states. */
export type Calls = ReadonlyMap<string, CalledStep>;

export function callsOf(flow: FlowDefinition): Calls {
  const { steps } = outlineOf(flow);
  const states = nameStates(flow.states);
  const maps = [...states.keys()].filter((state) => state.kind === "map");
  const inMaps = new Map(maps.flatMap((map) => [...everyState(map.body)].map((state) => [state, map] as const)));
  const calls = new Map<string, CalledStep>();
  for (const [state, name] of states) {
    if (state.kind !== "step" && state.kind !== "callback") continue;
    const step = state.step.options.name;
    const outline = steps[step];
    if (outline === undefined) continue;
    const { outputKey, reads } = outline;
    calls.set(name, {
      step,
      outputKey,
      reads: keysIn(reads),
      isItem: inMaps.has(state),
      batch: batchOf(inMaps.get(state), states),
    });
  }
  return calls;
}

const batchOf = (map: MapState | undefined, names: ReadonlyMap<FlowState, string>): CalledStep["batch"] =>
  map?.distributed && { map: names.get(map) ?? map.kind, size: map.distributed.batchSize };

function keysIn({ type, properties = {}, additionalProperties = false }: JsonObjectSchema): CalledStep["reads"] {
  return type === "object" && additionalProperties === false ? Object.keys(properties) : undefined;
}

interface JsonObjectSchema {
  readonly type?: string | readonly string[];
  readonly properties?: object;
  readonly additionalProperties?: unknown;
}
