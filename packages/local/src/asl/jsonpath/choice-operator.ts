import type { Json } from "../json.js";
import { parseTimestamp } from "../timestamp.js";
import { compileStringPattern } from "./string-pattern.js";

type Comparable = string | number | boolean;

/** An operator that compares the variable with a value that the rule gives, or names by a path. */
export interface ComparisonOperator {
  /** What the rule must give, in words. */
  readonly operand: string;
  /** The value as the operator compares it; undefined for a value of another type, which compares as false. */
  read(value: Json): Comparable | undefined;
  /** Prepared once for an operand that is known from the definition. */
  compare(operand: Comparable): (variable: Comparable) => boolean;
}

type Relation = (variable: Comparable, operand: Comparable) => boolean;

const RELATIONS = {
  Equals: (variable, operand) => variable === operand,
  LessThan: (variable, operand) => variable < operand,
  LessThanEquals: (variable, operand) => variable <= operand,
  GreaterThan: (variable, operand) => variable > operand,
  GreaterThanEquals: (variable, operand) => variable >= operand,
} satisfies Record<string, Relation>;

const TYPES = {
  String: { operand: "a string", read: (value) => (typeof value === "string" ? value : undefined) },
  Numeric: { operand: "a number", read: (value) => (typeof value === "number" ? value : undefined) },
  Timestamp: {
    operand: "a timestamp such as 2026-01-31T12:00:00Z",
    read: (value) => (typeof value === "string" ? parseTimestamp(value) : undefined),
  },
  Boolean: { operand: "a boolean", read: (value) => (typeof value === "boolean" ? value : undefined) },
} satisfies Record<string, Pick<ComparisonOperator, "operand" | "read">>;

const comparison = (type: keyof typeof TYPES, relation: keyof typeof RELATIONS): ComparisonOperator => ({
  ...TYPES[type],
  compare: (operand) => (variable) => RELATIONS[relation](variable, operand),
});

/** Each of them also exists with `Path` at its end. Source: ASL, "Data-test expression". */
export const COMPARISON_OPERATORS: Readonly<Record<string, ComparisonOperator>> = {
  StringEquals: comparison("String", "Equals"),
  StringLessThan: comparison("String", "LessThan"),
  StringLessThanEquals: comparison("String", "LessThanEquals"),
  StringGreaterThan: comparison("String", "GreaterThan"),
  StringGreaterThanEquals: comparison("String", "GreaterThanEquals"),
  NumericEquals: comparison("Numeric", "Equals"),
  NumericLessThan: comparison("Numeric", "LessThan"),
  NumericLessThanEquals: comparison("Numeric", "LessThanEquals"),
  NumericGreaterThan: comparison("Numeric", "GreaterThan"),
  NumericGreaterThanEquals: comparison("Numeric", "GreaterThanEquals"),
  BooleanEquals: comparison("Boolean", "Equals"),
  TimestampEquals: comparison("Timestamp", "Equals"),
  TimestampLessThan: comparison("Timestamp", "LessThan"),
  TimestampLessThanEquals: comparison("Timestamp", "LessThanEquals"),
  TimestampGreaterThan: comparison("Timestamp", "GreaterThan"),
  TimestampGreaterThanEquals: comparison("Timestamp", "GreaterThanEquals"),
};

/** Has no variant with `Path`. */
export const STRING_MATCHES: ComparisonOperator = {
  ...TYPES.String,
  compare: (operand) => {
    const matches = compileStringPattern(String(operand));
    return (variable) => matches(String(variable));
  },
};

/** Tests of what a variable is; the rule says whether it must hold. */
export const TYPE_TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === "string",
  IsNumeric: (value) => typeof value === "number",
  IsBoolean: (value) => typeof value === "boolean",
  IsTimestamp: (value) => TYPES.Timestamp.read(value) !== undefined,
};
