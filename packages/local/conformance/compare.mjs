// One that was put in place of a part of another reads <<task_token>:1>.
const PLACEHOLDER = /<(?:<[A-Za-z][\w:.\- ]*>|[A-Za-z])[\w:.\- ]*>/;
const WHOLE_PLACEHOLDER = new RegExp(`^${PLACEHOLDER.source}$`);

/** Where a recorded value and ours differ, in words; undefined where they are equal. */
export function difference(expected, actual, wildcards = new Set(), at = "$") {
  const differs = () => `${at}: expected ${shown(expected)}, got ${shown(actual)}`;
  if (typeof expected === "string") return matchesText(expected, actual, wildcards) ? undefined : differs();
  if (typeof expected === "number") return typeof actual === "number" && near(expected, actual) ? undefined : differs();
  if (typeof expected !== "object" || expected === null) return expected === actual ? undefined : differs();
  const value = parsed(actual);
  if (typeof value !== "object" || value === null || Array.isArray(value) !== Array.isArray(expected)) return differs();
  return memberDifference(expected, value, wildcards, at);
}

function memberDifference(expected, actual, wildcards, at) {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const inBoth = Object.hasOwn(expected, key) && Object.hasOwn(actual, key);
    // Recordings made before redrive existed lack the field.
    if (!inBoth && key === "RedriveCount") continue;
    if (!inBoth) return `${at}.${key}: only in ${Object.hasOwn(expected, key) ? "the recording" : "ours"}`;
    const found = difference(expected[key], actual[key], wildcards, `${at}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function matchesText(expected, actual, wildcards) {
  if (wildcards.has(expected) || WHOLE_PLACEHOLDER.test(expected) || expected === actual) return true;
  if (typeof actual !== "string") return false;
  const left = parsed(expected);
  if (left !== expected && difference(left, parsed(actual), wildcards) === undefined) return true;
  if (!PLACEHOLDER.test(expected)) return false;
  const literal = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${expected.split(new RegExp(PLACEHOLDER, "g")).map(literal).join("[\\s\\S]*")}$`).test(actual);
}

const near = (expected, actual) => Math.abs(expected - actual) <= 1e-9 * Math.max(1, Math.abs(expected));

/** Recordings hold some JSON texts parsed and some as they were. */
function parsed(value) {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const shown = (value) => JSON.stringify(value)?.slice(0, 160);
