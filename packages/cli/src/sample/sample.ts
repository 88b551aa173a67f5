import { type FlowDefinition, jsonSchemaOf } from "@sfs3/sdk/flow";
import { safeParseAsync } from "zod/v4/core";
import { jsonSample } from "./json-sample.js";

type Schema = FlowDefinition["input"];

/** A JSON value that a schema accepts, or why there is none. */
export type SampleOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

/** What coercion and code take is anything to JSON Schema: texts that become numbers, times and switches, and what they give. */
const ATTEMPTS = ["text", "2030-01-31T12:00:00Z", "true", "1"].flatMap((text) =>
  (["input", "output"] as const).map((side) => ({ side, text })),
);

/** Makes a value that `schema` accepts as its input. What its JSON Schema does not say, code for instance, is tried. */
export async function sampleFor(schema: Schema): Promise<SampleOutcome> {
  const outcomes: SampleOutcome[] = [];
  for (const { side, text } of ATTEMPTS) {
    const sample = jsonSample(jsonSchemaOf(schema, side), text);
    if (sample === undefined) continue;
    const outcome = await accepted(schema, sample.value);
    if (outcome.ok) return outcome;
    outcomes.push(outcome);
  }
  return outcomes[0] ?? { ok: false, reason: "no value can be made from its JSON Schema" };
}

/** Whether a schema accepts a value that has been JSON. */
export async function accepted(schema: Schema, value: unknown): Promise<SampleOutcome> {
  try {
    const parsed = await safeParseAsync(schema, structuredClone(value));
    if (parsed.success) return { ok: true, value };
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".");
    return { ok: false, reason: `${path ? `${path}: ` : ""}${issue?.message ?? "it is refused"}` };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
