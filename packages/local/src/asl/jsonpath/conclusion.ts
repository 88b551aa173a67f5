import type { Fields } from "../fields.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import type { Conclude, ConclusionKind } from "../query-language.js";
import type { StateEntry, Transition } from "../state.js";
import { assignVariables, type DeclareVariable, readVariableNames } from "../variables.js";
import { compiled, readNullablePath, scopeOf } from "./language.js";
import type { Path } from "./path.js";
import { compilePayloadTemplate, type PayloadTemplate } from "./payload-template.js";
import { compileReferencePath, type ReferencePath } from "./reference-path.js";

/** Where a result goes in the raw input: nowhere, over all of it, or to one place. */
type ResultPlace = "nowhere" | "everywhere" | ReferencePath;

interface Steps {
  readonly select: PayloadTemplate | undefined;
  readonly assign: PayloadTemplate | undefined;
  readonly place: ResultPlace | undefined;
  readonly outputPath: Path | undefined;
  readonly next: string | undefined;
}

const WITH = {
  selector: ["result"],
  place: ["result", "pass", "error"],
  assign: ["result", "pass", "input", "error"],
  outputPath: ["result", "pass", "input", "end"],
} as const satisfies Record<string, readonly ConclusionKind[]>;

const has = (field: keyof typeof WITH, kind: ConclusionKind) =>
  (WITH[field] as readonly ConclusionKind[]).includes(kind);

/** `ResultSelector`, `Assign`, `ResultPath` and `OutputPath`, in the order in which they see the data. */
export function conclusion(
  fields: Fields,
  next: string | undefined,
  { kind, declare }: { readonly kind: ConclusionKind; readonly declare: DeclareVariable },
): Conclude {
  return concludeBy({
    select: has("selector", kind) ? readTemplate(fields, "ResultSelector") : undefined,
    assign: has("assign", kind) ? readAssign(fields, declare) : undefined,
    place: has("place", kind) ? readResultPlace(fields) : undefined,
    outputPath: has("outputPath", kind) ? readNullablePath(fields, "OutputPath") : undefined,
    next,
  });
}

/** A choice assigns by itself; `OutputPath` belongs to the state. */
export function choiceConclusion(
  { choice, state }: { readonly choice: Fields; readonly state: Fields },
  next: string,
  declare: DeclareVariable,
): Conclude {
  const assign = readAssign(choice, declare);
  const outputPath = readNullablePath(state, "OutputPath");
  return concludeBy({ select: undefined, assign, place: undefined, outputPath, next });
}

function concludeBy({ select, assign, place, outputPath, next }: Steps): Conclude {
  return (entry, values, output): Transition => {
    const concluded = select === undefined ? output : select(scopeOf(entry, values));
    const assigned = assign && assignVariables(entry, assign({ ...scopeOf(entry), input: concluded }) as JsonObject);
    const placed = place === undefined ? concluded : placeResult(place, entry, concluded);
    return {
      next,
      output: outputPath === undefined ? placed : outputPath({ ...scopeOf(entry), input: placed }),
      assigned,
    };
  };
}

function placeResult(place: ResultPlace, { rawInput }: StateEntry, result: Json): Json {
  if (place === "everywhere") return result;
  return place === "nowhere" ? rawInput : place.set(rawInput, result);
}

function readResultPlace(fields: Fields): ResultPlace {
  if (fields.take("ResultPath") === null) return "nowhere";
  const text = fields.optionalString("ResultPath");
  if (text === undefined || text === "$") return "everywhere";
  return compiled(fields, "ResultPath", () => compileReferencePath(text));
}

function readTemplate(fields: Fields, name: string): PayloadTemplate | undefined {
  const source = fields.take(name);
  return source === undefined ? undefined : compiled(fields, name, () => compilePayloadTemplate(source as Json, name));
}

function readAssign(fields: Fields, declare: DeclareVariable): PayloadTemplate | undefined {
  const assign = fields.take("Assign");
  if (assign === undefined) return undefined;
  if (!isJsonObject(assign)) return fields.refuse("Assign", "an object of variables is expected");
  const names = Object.keys(assign).map((key) => key.replace(/\.\$$/, ""));
  readVariableNames(fields, names, declare);
  return readTemplate(fields, "Assign");
}
