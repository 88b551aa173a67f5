import type { AnyStep } from "@sfs3/sdk";
import { CliError } from "../../cli-error.js";
import { type ExportedFlow, type FlowModule, selectFlow } from "../../flow-module.js";

export interface FoundStep {
  readonly step: AnyStep;
  readonly flow: ExportedFlow["flow"];
}

interface Sought {
  readonly step: string;
  /** Name or export of the flow, where the user names one. */
  readonly flow: string | undefined;
}

/** @throws `CliError` where no flow has the step, or several have different ones of its name */
export function findStep(module: FlowModule, { step: name, flow: wanted }: Sought): FoundStep {
  const flows = (wanted === undefined ? module.flows : [selectFlow(module, wanted)]).map(({ flow }) => flow);
  const found = flows.flatMap((flow) => {
    const step = flow.handlers[name];
    return step === undefined ? [] : [{ step, flow }];
  });
  const [first] = found;
  if (first === undefined) {
    const known = flows.flatMap(({ handlers }) => Object.keys(handlers));
    throw new CliError(`${module.path} has no step '${name}'. It has ${[...new Set(known)].join(", ")}.`);
  }
  if (found.every(({ step }) => step === first.step)) return first;
  throw new CliError(
    `Several flows have a step '${name}': ${found.map(({ flow }) => flow.name).join(", ")}. Name one with --flow.`,
  );
}
