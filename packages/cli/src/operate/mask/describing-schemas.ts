import { everyState, type FlowDefinition } from "@sfs3/sdk/flow";
import { array, object } from "zod/mini";
import type { $ZodType } from "zod/v4/core";

/**
 * The schemas that describe the document of these flows, each a part of it: inputs, what steps read, what they and
 * hand-written states write. Flows that start each other may share a document.
 */
export const describingSchemas = (flows: readonly FlowDefinition[]): readonly $ZodType[] =>
  flows.flatMap((flow) => [flow.input, ...stepSchemas(flow), ...handWritten(flow)]);

function stepSchemas({ handlers, states }: FlowDefinition): readonly $ZodType[] {
  const mapped = new Set([...everyState(states)].flatMap((state) => (state.kind === "map" ? stepsIn(state.body) : [])));
  return Object.values(handlers).flatMap(({ schemaIn, schemaOut, options }) => {
    const written = mapped.has(options.name) ? array(schemaOut) : schemaOut;
    return [schemaIn, object({ [options.outputKey]: written })];
  });
}

const stepsIn = (chain: FlowDefinition["states"]): readonly string[] =>
  [...everyState(chain)].flatMap((state) => ("step" in state ? [state.step.options.name] : []));

const handWritten = ({ states }: FlowDefinition): readonly $ZodType[] =>
  [...everyState(states)].flatMap((state) => (state.kind === "state" ? (state.writes ?? []) : []));
