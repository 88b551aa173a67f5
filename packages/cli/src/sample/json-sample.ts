import { FORMATS } from "./formats.js";
import { stringsMatching } from "./matching.js";
import { merged, type SchemaNode } from "./schema-node.js";

/** A sample, or `undefined` where none can be made. */
type Sample = { readonly value: unknown } | undefined;

interface Context {
  /** What `#` refers to. */
  readonly root: SchemaNode;
  /** The text where any would do. */
  readonly text: string;
  /** How deep the value is by now: schemas may hold themselves. */
  readonly depth: number;
}

/** Deeper than that only what is required is put into a value. */
const MAX_DEPTH = 4;
/** A schema that requires itself has no finite value. */
const TOO_DEEP = 40;

/**
 * A small value that a JSON Schema describes, the same each time.
 *
 * @param text stands where any text would do
 */
export const jsonSample = (root: SchemaNode, text: string): Sample => sampleOf(root, { root, text, depth: 0 });

function sampleOf(schema: SchemaNode, context: Context): Sample {
  const node = merged(resolved(schema, context));
  const options = node.anyOf ?? node.oneOf;
  if (context.depth > TOO_DEEP || node.not !== undefined) return undefined;
  if ("const" in node) return { value: node.const };
  if (node.examples?.length) return { value: node.examples[0] };
  if (node.enum !== undefined) return node.enum.length === 0 ? undefined : { value: node.enum[0] };
  if (options !== undefined) return firstOf(node, options, context);
  const [type = "any"] = [node.type ?? []].flat();
  return KINDS[type]?.(node, context);
}

/** The first option that there is a sample of, together with what stands beside the options. */
function firstOf(
  { anyOf: _, oneOf: __, ...beside }: SchemaNode,
  options: readonly SchemaNode[],
  context: Context,
): Sample {
  for (const option of options) {
    const sample = sampleOf({ allOf: [beside, resolved(option, context)] }, { ...context, depth: context.depth + 1 });
    if (sample !== undefined) return sample;
  }
  return undefined;
}

function resolved(schema: SchemaNode, { root }: Context): SchemaNode {
  const { $ref, ...beside } = schema;
  if ($ref === undefined) return schema;
  const target = $ref === "#" ? root : root.$defs?.[$ref.replace("#/$defs/", "")];
  return target === undefined ? beside : { allOf: [target, beside] };
}

const KINDS: Readonly<Record<string, (node: SchemaNode, context: Context) => Sample>> = {
  any: (_, { text }) => ({ value: text }),
  null: () => ({ value: null }),
  boolean: () => ({ value: true }),
  string: (node, { text }) => found(stringsFor(node, text), (text) => isString(text, node)),
  number: (node) => found(numbersFor(node), (number) => isNumber(number, node)),
  integer: (node) => found(numbersFor(node), (number) => Number.isInteger(number) && isNumber(number, node)),
  array: arraySample,
  object: objectSample,
};

function found<T>(candidates: readonly T[], fits: (candidate: T) => boolean): Sample {
  const index = candidates.findIndex(fits);
  return index < 0 ? undefined : { value: candidates[index] };
}

function stringsFor(
  { format, patterns = [], minLength = 0, maxLength = Number.POSITIVE_INFINITY }: SchemaNode,
  any: string,
) {
  const text = any.padEnd(minLength, "x").slice(0, maxLength);
  const formatted = format === undefined ? [] : [FORMATS[format] ?? text];
  return [...formatted, text, text.toUpperCase(), ...patterns.flatMap(stringsMatching)];
}

function isString(
  text: string,
  { format, patterns = [], minLength = 0, maxLength = Number.POSITIVE_INFINITY }: SchemaNode,
) {
  const length = text.length;
  const isFormatted = format === undefined || !(format in FORMATS) || text === FORMATS[format] || patterns.length > 0;
  return (
    isFormatted &&
    length >= minLength &&
    length <= maxLength &&
    patterns.every((one) => new RegExp(one, "u").test(text))
  );
}

function numbersFor({ minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below, multipleOf }: SchemaNode) {
  const low = above ?? minimum ?? 1;
  const high = below ?? maximum ?? low + 2;
  const plain = [1, low, high, low + 1, high - 1, (low + high) / 2, 0];
  const factor = multipleOf ?? 1;
  return [
    ...plain,
    ...[low, high].flatMap((limit) =>
      [Math.ceil(limit / factor), Math.floor(limit / factor) + 1, Math.ceil(limit / factor) - 1].map(
        (times) => times * factor,
      ),
    ),
  ];
}

function isNumber(number: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: SchemaNode) {
  const inside = number >= (minimum ?? number) && number <= (maximum ?? number);
  const strictly =
    number > (exclusiveMinimum ?? Number.NEGATIVE_INFINITY) && number < (exclusiveMaximum ?? Number.POSITIVE_INFINITY);
  return inside && strictly && (multipleOf === undefined || Number.isInteger(number / multipleOf));
}

/** One item, where more are not required: an empty array would show nothing. */
function arraySample(
  { items, prefixItems = [], minItems = 0, maxItems = Number.POSITIVE_INFINITY }: SchemaNode,
  context: Context,
): Sample {
  const inside = { ...context, depth: context.depth + 1 };
  const first = prefixItems.map((item) => sampleOf(item, inside));
  const rest = typeof items === "object" ? items : {};
  const item = items === false ? undefined : sampleOf(rest, inside);
  const wanted = Math.max(minItems, context.depth < MAX_DEPTH && item !== undefined && items !== undefined ? 1 : 0);
  const count = Math.max(0, Math.min(wanted, maxItems) - first.length);
  return joined([...first, ...Array.from({ length: count }, () => item)]);
}

function objectSample({ properties = {}, required = [], additionalProperties }: SchemaNode, context: Context): Sample {
  const inside = { ...context, depth: context.depth + 1 };
  const rest = typeof additionalProperties === "object" ? additionalProperties : {};
  const keys = [...new Set(required)];
  const values = joined(
    keys.map((key) => sampleOf(Object.hasOwn(properties, key) ? (properties[key] ?? {}) : rest, inside)),
  );
  if (values === undefined) return undefined;
  return { value: Object.fromEntries(keys.map((key, index) => [key, (values.value as readonly unknown[])[index]])) };
}

/** All of them in one array; nothing where one is missing. */
function joined(samples: readonly Sample[]): Sample {
  const values = samples.flatMap((sample) => (sample === undefined ? [] : [sample.value]));
  return values.length < samples.length ? undefined : { value: values };
}
