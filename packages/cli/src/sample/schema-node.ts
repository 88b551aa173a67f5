/** The JSON Schema that zod writes, as far as a sample depends on it. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly not?: SchemaNode;
  readonly format?: string;
  readonly pattern?: string;
  /** Several patterns, of the parts that {@link merged} has joined. */
  readonly patterns?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly items?: SchemaNode | boolean;
  readonly prefixItems?: readonly SchemaNode[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly required?: readonly string[];
}

/** Joins what has to hold at once: the later part's word counts, but limits, patterns and properties come together. */
export function merged({ allOf, ...own }: SchemaNode): SchemaNode {
  const parts = [own, ...(allOf ?? []).map(merged)];
  return parts.slice(1).reduce(both, withPatterns(own));
}

function both(one: SchemaNode, part: SchemaNode): SchemaNode {
  const other = withPatterns(part);
  return {
    ...one,
    ...other,
    patterns: [...(one.patterns ?? []), ...(other.patterns ?? [])],
    required: [...(one.required ?? []), ...(other.required ?? [])],
    properties: { ...one.properties, ...other.properties },
    ...limits(one, other),
  };
}

const withPatterns = ({ pattern, ...node }: SchemaNode): SchemaNode =>
  pattern === undefined ? node : { ...node, patterns: [...(node.patterns ?? []), pattern] };

const LOWER = ["minLength", "minimum", "exclusiveMinimum", "minItems"] as const;
const UPPER = ["maxLength", "maximum", "exclusiveMaximum", "maxItems"] as const;

function limits(one: SchemaNode, other: SchemaNode): SchemaNode {
  const given = (key: (typeof LOWER | typeof UPPER)[number]) =>
    [one[key], other[key]].filter((limit) => limit !== undefined);
  const lower = LOWER.flatMap((key) => (given(key).length === 0 ? [] : [[key, Math.max(...given(key))]]));
  const upper = UPPER.flatMap((key) => (given(key).length === 0 ? [] : [[key, Math.min(...given(key))]]));
  return Object.fromEntries([...lower, ...upper]);
}
