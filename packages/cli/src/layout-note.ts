import { type FlowDefinition, whyParts } from "@sfs3/sdk/flow";
import type { Io } from "./io.js";

/** Says of flows whose author chose no layout why they keep their data in parts. */
export function noteLayouts(flows: readonly FlowDefinition[], { stderr }: Pick<Io, "stderr">): void {
  for (const flow of flows) {
    const why = whyParts(flow);
    if (why === undefined) continue;
    stderr.write(`${flow.name} keeps its data in parts: ${why}. The flow's option 'layout' decides otherwise.\n`);
  }
}
