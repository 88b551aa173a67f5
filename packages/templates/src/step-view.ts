import { capitalized, identifierOf } from "./identifier.js";
import { type ImportView, importViews, type NamedImport } from "./import-view.js";
import { literalOf, propertyOf } from "./literal.js";
import type { View } from "./view.js";

/** A key of the sidecar that a step reads. */
export interface StepRead {
  readonly key: string;
  /** Its schema, as source. Default: `z.unknown()`. */
  readonly schema?: string;
  /** Whether the step waits until the key is there. Default: true. */
  readonly required?: boolean;
  /** A value of it for the unit test: JSON that the schema accepts. Default: `"any value"`. */
  readonly sample?: unknown;
}

/** A step to make. */
export interface StepDescription {
  /** `[A-Za-z0-9_-]{1,64}` with a letter or digit in it; the caller has checked it. */
  readonly name: string;
  /**
   * Keys of the sidecar, without quotes, backslashes and control characters; the caller has checked them. A key alone has
   * the defaults of {@link StepRead}.
   */
  readonly reads: readonly (string | StepRead)[];
  /** What the schemas of `reads` need, from modules beside the step's. Default: nothing. */
  readonly imports?: readonly NamedImport[];
}

/** What the templates of a step are made from. */
export interface StepView extends View {
  /** The step's name, as the wire knows it. */
  readonly name: string;
  /** The exported constant. */
  readonly identifier: string;
  /** Begins the names of its schemas. */
  readonly typeName: string;
  readonly imports: readonly ImportView[];
  readonly reads: readonly ReadView[];
}

interface ReadView extends View {
  readonly key: string;
  /** The key as the name of a property. */
  readonly property: string;
  /** As source. */
  readonly schema: string;
  readonly required: boolean;
  /** A value as source, two spaces deep. */
  readonly sample: string;
}

/** Names that a step's files need for themselves, and the flow that the step is put into. */
const USED_BY_TEMPLATES = ["z", "flow", "defineStep", "testStep", "test", "expect", "sidecar", "result"];

/** The constants of a step's module: what it is exported as, and what the names of its schemas begin with. */
export function stepNames(name: string): { readonly identifier: string; readonly typeName: string } {
  const identifier = identifierOf(name, { prefix: "step", taken: USED_BY_TEMPLATES });
  return { identifier, typeName: capitalized(identifier) };
}

/** The view of the `step` templates. */
export const stepView = ({ name, reads, imports = [] }: StepDescription): StepView => ({
  name,
  ...stepNames(name),
  imports: importViews(imports),
  reads: reads.map((read) => readView(typeof read === "string" ? { key: read } : read)),
});

const readView = ({ key, schema = "z.unknown()", required = true, sample = "any value" }: StepRead): ReadView => ({
  key,
  property: propertyOf(key),
  schema,
  required,
  sample: literalOf(sample, "  "),
});
