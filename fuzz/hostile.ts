import fc from "fast-check";
import { expect } from "vitest";

/** Names that mean more than their text: to JavaScript, S3, MQTT, a policy, a shell, or a template. */
const HOSTILE_TEXTS = [
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "toJSON",
  "then",
  "$sfs3",
  "..",
  "../../etc/passwd",
  "a/../b",
  "#",
  "+",
  "a/#",
  "$aws/things/x",
  "*",
  "?",
  "%2e%2e%2f",
  "%23",
  "\u0024{AWS::AccountId}",
  "{{x}}",
  "{% $x %}",
  "\u0000",
  "\r\nx: y",
  "\u001b[2J",
  "\ud800",
  "\ufeff",
] as const;

export const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
);

const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    hostileText,
    fc.constantFrom(null, true, 0, -1, 1e308, 2 ** 53),
    fc.array(tie("json"), { maxLength: 4 }),
    object(tie("json")),
  ),
}));

/** Any JSON, with such names as texts and keys: own keys, `__proto__` too, as `JSON.parse` makes them. */
export const hostileJson: fc.Arbitrary<unknown> = json;

/** An object with these fields, each as it is, hostile or absent, and others beside them. */
export const hostileObject = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> =>
  fc
    .tuple(fc.record(fields, { requiredKeys: [] }), object(hostileJson), fc.subarray(Object.keys(fields)), hostileJson)
    .map(([given, others, spoilt, instead]) =>
      withOwnKeys([
        ...Object.entries(others),
        ...Object.entries(given),
        ...spoilt.slice(1).map((key) => [key, instead]),
      ]),
    );

function object(value: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  return fc.array(fc.tuple(hostileText, value), { maxLength: 4 }).map(withOwnKeys);
}

function withOwnKeys(entries: readonly (readonly unknown[])[]): object {
  return Object.fromEntries(entries as [string, unknown][]);
}

/**
 * Runs of a property: first the examples, what has failed once, then new ones. `FUZZ_RUNS` says how many; without it they are as
 * few as a test has time for.
 */
export const replaying = <T>(corpus: readonly T[], numRuns: number) => ({
  examples: corpus.map((entry): [T] => [entry]),
  numRuns: corpus.length + Number(process.env.FUZZ_RUNS ?? numRuns),
});

/** So many levels of objects and arrays, as text: no value can be written down from it. */
export const nested = (levels: number): string => `${'{"a":['.repeat(levels / 2)}0${"]}".repeat(levels / 2)}`;

/** No input has given every object a property. */
export const expectNoPollution = (): void => {
  expect(Reflect.ownKeys(Object.prototype).filter((key) => !NATIVE.has(key))).toEqual([]);
  expect(Reflect.ownKeys(Array.prototype).includes("polluted")).toBe(false);
};

const NATIVE: ReadonlySet<PropertyKey> = new Set(Reflect.ownKeys(Object.prototype));
