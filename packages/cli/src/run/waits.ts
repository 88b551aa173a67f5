import { type AslDefinition, toAsl } from "@sfs3/sdk/flow";
import type { ExportedFlow } from "../flow-module.js";
import { duration } from "./duration.js";

type States = AslDefinition["States"];
type Scope = Pick<AslDefinition, "States">;

/** How long a Wait state of a flow takes, in words; `undefined` where only its input tells. */
export type Waits = (flow: string, state: string) => string | undefined;

/** Looks into the flows' definitions once, for history does not say how long a Wait is. */
export function waitsOf(flows: readonly ExportedFlow[]): Waits {
  const waits = new Map<string, string | undefined>();
  for (const { flow } of flows) collect(flow.name, toAsl(flow).States, waits);
  return (flow, state) => waits.get(`${flow} ${state}`);
}

function collect(flow: string, states: States, waits: Map<string, string | undefined>): void {
  for (const [name, state] of Object.entries(states)) {
    if (state.Type === "Wait") waits.set(`${flow} ${name}`, inWords(state));
    const { Branches = [], ItemProcessor = [] } = state;
    for (const scope of [Branches, ItemProcessor].flat() as readonly Scope[]) collect(flow, scope.States, waits);
  }
}

function inWords({ Seconds, Timestamp }: States[string]): string | undefined {
  if (typeof Seconds === "number") return `for ${duration(Seconds * 1_000)}`;
  return typeof Timestamp === "string" && !Timestamp.startsWith("{%") ? `until ${Timestamp}` : undefined;
}
