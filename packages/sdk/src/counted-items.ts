import { Sfs3Error } from "./errors.js";
import { isObject } from "./json-object.js";
import type { StatePayload } from "./payload.js";

/** How many items arrays have, each under the name that the flow's map has for it: `lines-output.lines`. */
export type ItemCounts = Readonly<Record<string, number>>;

/**
 * Name under which the payload's route carries how many items arrays have, to the machine and to later steps; no step can
 * have it.
 */
export const ITEMS_ROUTE = "$items";

/** Name under which the payload's route carries how many items a map has had, by the keys that they write. */
export const MAPPED_ROUTE = "$mapped";

/** Name under which the payload's route says in which of these items may be missing. */
export const GAPS_ROUTE = "$gaps";

/** What is counted: arrays in the output of a step. */
export interface Counting {
  readonly step: string;
  readonly outputKey: string;
  /** The arrays that the machine asks for: the output's key, or a dotted path below it. */
  readonly counts: readonly string[] | undefined;
}

/**
 * Counts the items that the machine maps over, which it cannot do itself.
 *
 * @returns `undefined` where it asks for none
 * @throws `StepOutputError` where there is no array
 */
export const countItems = ({ step, outputKey, counts }: Counting, output: unknown): ItemCounts | undefined =>
  counts && Object.fromEntries(counts.map((path) => [path, lengthAt(path, { step, outputKey, output })]));

const lengthAt = (
  path: string,
  { step, outputKey, output }: { readonly step: string; readonly outputKey: string; readonly output: unknown },
): number => {
  const below = path === outputKey ? [] : path.slice(outputKey.length + 1).split(".");
  const found = below.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), output);
  if (Array.isArray(found)) return found.length;
  throw new Sfs3Error(
    "StepOutputError",
    `Step '${step}' returned no array at '${path}', and the flow maps over it. Return an array there, an empty one if need be.`,
  );
};

/** The payload that tells the counts. */
export const withCounts = (payload: StatePayload, counts: ItemCounts | undefined): StatePayload =>
  counts === undefined
    ? payload
    : { ...payload, route: { ...payload.route, [ITEMS_ROUTE]: { ...payload.route?.[ITEMS_ROUTE], ...counts } } };

/** What the machine says of the array that a map's items wrote. */
export interface ExpectedItems {
  readonly count: number;
  /** Whether some may be missing: those that failed and were tolerated, or took a way that does not write. */
  readonly gaps: boolean;
}

/** What the machine says of maps' outputs, by key; a machine that was generated for documents says nothing. */
export const expectedItems = ({ route }: StatePayload): ReadonlyMap<string, ExpectedItems> =>
  new Map(
    Object.entries(route?.[MAPPED_ROUTE] ?? {}).flatMap(([key, count]) =>
      isCount(count) ? [[key, { count, gaps: route?.[GAPS_ROUTE]?.[key] === true }] as const] : [],
    ),
  );

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
