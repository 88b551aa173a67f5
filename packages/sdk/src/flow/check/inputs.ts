import { type DocumentEvent, followDocument, modelOf } from "../document/follow.js";
import { placeOf } from "../document/mapped-array.js";
import type { FollowedDocument, FollowedSlot, PlacedSchema } from "../document/slot.js";
import { outlineOf, startedFlows } from "../outline.js";
import type { FlowDefinition } from "../state.js";
import type { Problems } from "./checked.js";
import { canProvide, type JsonSchema, propertiesOf } from "./json-schema.js";
import type { FlowProblem, FlowRule } from "./problem.js";

/** Follows the document through the flow: a step that cannot find there what it requires. */
export function* checkInputs(flow: FlowDefinition): Problems {
  const outline = outlineOf(flow);
  if (propertiesOf(outline.input) === undefined) {
    const what = `${flow.name}: its input is not an object schema.`;
    yield { rule: "input-not-object", flow: flow.name, what, wayOut: "Use z.object({ ... })." };
    return;
  }
  const flows = [...startedFlows(flow).map(outlineOf), outline];
  const told = new Set<string>();
  for (const event of followDocument(outline, modelOf(Object.fromEntries(flows.map((one) => [one.name, one]))))) {
    for (const problem of problemsOfEvent(event)) {
      // A repeat is followed twice.
      if (!told.has(problem.what)) yield problem;
      told.add(problem.what);
    }
  }
}

function problemsOfEvent(event: DocumentEvent): readonly FlowProblem[] {
  if (event.kind === "place") return [];
  const { flow, state } = event;
  const at = { flow, state: state.name };
  switch (event.kind) {
    case "read":
      return unmetReads(event);
    case "map":
      if (holdsArray(event.over, event.document)) return [];
      return [
        {
          rule: "map-over-no-array",
          ...at,
          what: `${flow}: the map '${state.name}' goes over '${event.over}', which is no array there.`,
          wayOut: "Name an array that an earlier step writes.",
        },
      ];
    case "clash":
      return [
        {
          rule: "branches-share-key",
          ...at,
          what: `${flow}, '${state.name}': two branches write '${event.key}'.`,
          wayOut: "Give one of the steps another outputKey; which of the two came last would be chance.",
        },
      ];
  }
}

type Read = Extract<DocumentEvent, { readonly kind: "read" }>;

function unmetReads({ flow, state, needs, document }: Read): readonly FlowProblem[] {
  const reader =
    state.kind === "start" ? `the flow '${state.flow}' that '${state.name}' starts` : `the step '${state.name}'`;
  return [...(propertiesOf(needs) ?? [])].flatMap(([key, needed]) => {
    const unmet = unmetRead(key, needed, document.get(key));
    if (unmet === undefined) return [];
    const [rule, why, wayOut] = unmet;
    return [{ rule, flow, state: state.name, what: `${flow}: ${reader} reads '${key}'${why}`, wayOut }];
  });
}

type Unmet = readonly [rule: FlowRule, why: string, wayOut: string];

function unmetRead(
  key: string,
  needed: { readonly schema: JsonSchema; readonly required: boolean },
  slot: FollowedSlot | undefined,
): Unmet | undefined {
  if (slot === undefined) {
    if (!needed.required) return undefined;
    const wayOut = `Place the step that writes it earlier, add '${key}' to the flow's input, or make it optional in the schema.`;
    return ["unmet-read", ", which nothing before it writes.", wayOut];
  }
  if (!slot.certain && needed.required) {
    const wayOut = "Write it on every path, or make it optional in the schema.";
    return ["uncertain-read", ", which only some paths write.", wayOut];
  }
  if (slot.schemas.some(({ schema }) => canProvide(schema, needed.schema))) return undefined;
  const wayOut = "Use the writing step's schemaOut in the reading step's schemaIn.";
  return ["retyped-read", " as another type than the flow writes.", wayOut];
}

function holdsArray(over: string, document: FollowedDocument): boolean {
  const { key, path } = placeOf(over, document);
  const found = (document.get(key)?.schemas ?? []).map(({ schema }: PlacedSchema) =>
    path.reduce<JsonSchema | undefined>((at, name) => at && propertiesOf(at)?.get(name)?.schema, schema),
  );
  return found.some((schema) => schema !== undefined && canProvide(schema, { type: "array" }));
}
