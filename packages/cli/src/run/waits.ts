import { everyAslState, toAsl } from "@sfs3/sdk/flow";
import type { ExportedFlow } from "../flow-module.js";
import { duration } from "./duration.js";

/** How long a Wait state of a flow takes, in words; `undefined` where only its input tells. */
export type Waits = (flow: string, state: string) => string | undefined;

/** Looks into the flows' definitions once, for history does not say how long a Wait is. */
export function waitsOf(flows: readonly ExportedFlow[]): Waits {
  const waits = new Map<string, string | undefined>();
  for (const { flow } of flows) {
    for (const [name, state] of everyAslState(Object.entries(toAsl(flow).States))) {
      if (state.Type === "Wait") waits.set(`${flow.name} ${name}`, inWords(state));
    }
  }
  return (flow, state) => waits.get(`${flow} ${state}`);
}

function inWords({ Seconds, Timestamp }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof Seconds === "number") return `for ${duration(Seconds * 1_000)}`;
  return typeof Timestamp === "string" && !Timestamp.startsWith("{%") ? `until ${Timestamp}` : undefined;
}
