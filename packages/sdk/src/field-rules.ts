/** What a field may hold, and how a message says so. */
export interface FieldRule {
  readonly holds: (value: unknown) => boolean;
  readonly allowed: string;
}

export type FieldRules = Readonly<Record<string, FieldRule>>;

/** What is wrong with the first wrong field; `undefined` where all is well. A field that has no rule is misspelt. */
export const fieldProblem = (
  given: Readonly<Record<string, unknown>>,
  {
    rules,
    required,
    prefix = "",
  }: { readonly rules: FieldRules; readonly required: readonly string[]; readonly prefix?: string },
): string | undefined => {
  for (const field of new Set([...required, ...Object.keys(given)])) {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (rule === undefined) {
      return `unknown option '${prefix}${field}'; the options are ${Object.keys(rules).join(", ")}`;
    }
    const absent = given[field] === undefined && !required.includes(field);
    if (!absent && !rule.holds(given[field])) {
      const missing = given[field] === undefined ? "is required and " : "";
      return `${prefix}${field} ${missing}must be ${rule.allowed}`;
    }
  }
  return undefined;
};

export const isFunction = (value: unknown): boolean => typeof value === "function";

export const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

export const isIntegerFrom =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (value: unknown): boolean =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;
