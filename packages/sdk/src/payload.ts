import { Sfs3Error } from "./errors.js";
import { type FieldRule, fieldProblem, isIntegerFrom, isText } from "./field-rules.js";
import { isObject, kindOf } from "./json-object.js";
import { NAME_PATTERN } from "./names.js";
import { type Layout, layoutOfKey, txnIdOfKey } from "./sidecar/layout.js";

/**
 * Small values that a step exposes to Choice states: strings, finite numbers, booleans and nulls, at most 1,024 bytes of
 * JSON a step. They travel in the state payload, so they are seen in the execution's history: never put data in them.
 */
export type RouteValues = Readonly<Record<string, string | number | boolean | null>>;

/** What the generated machine adds to the payload on the way into a Lambda, from the context object. Never returned. */
export interface StateEntry {
  /** The execution's ARN. */
  readonly execution: string;
  /** The state's name. */
  readonly state: string;
  /** When the state was entered, ISO 8601. */
  readonly enteredAt: string;
  /** Which attempt this is, counted from 1. */
  readonly attempt: number;
  /** Index of the Map item, counted from 0. */
  readonly item?: number;
  /** How many items the Map has: what tells a complete output from one that lacks its last items. */
  readonly items?: number;
  /** Arrays of the step's output whose items the machine wants counted, as its maps name them. */
  readonly counts?: readonly string[];
  /** Token of a callback state. */
  readonly taskToken?: string;
}

/**
 * The state payload: a pointer to the sidecar, constant in size. Fields it does not know pass through. A payload that is
 * anything else fails a step with `InvalidEventError`.
 *
 * @example
 * ```ts
 * import type { StatePayload } from "@sfs3/sdk";
 *
 * const payload: StatePayload = { processData: "0x58fe985b67000000", subtopic: "worker1" };
 * ```
 */
export interface StatePayload {
  /** The sidecar's S3 key: the transaction's id, `[A-Za-z0-9_-]{1,64}`; with a `/` behind it in the parts layout. */
  readonly processData: string;
  /** Narrows the topic; `[A-Za-z0-9_-]{1,64}`. */
  readonly subtopic?: string;
  /** What steps expose to Choice states, by step name. */
  readonly route?: Readonly<Record<string, RouteValues>>;
  readonly [field: string]: unknown;
}

/** The payload as given, without `sfs3`, and what `sfs3` said. */
export interface ParsedEvent {
  readonly payload: StatePayload;
  readonly txnId: string;
  readonly layout: Layout;
  readonly entry: Partial<StateEntry>;
}

export const parseEvent = (event: unknown): ParsedEvent => {
  if (!isObject(event)) throw invalid(`The event must be an object, not ${kindOf(event)}`);
  const { sfs3, ...payload } = event;
  const key = checkProcessData(payload.processData);
  if (payload.subtopic !== undefined) checkName("subtopic", payload.subtopic);
  if (payload.route !== undefined) checkRoute(payload.route);
  return {
    payload: payload as StatePayload,
    txnId: txnIdOfKey(key),
    layout: layoutOfKey(key),
    entry: sfs3 === undefined ? {} : parseEntry(sfs3),
  };
};

/** The payload that the step returns: the one given, and what the step exposes to Choice states. */
export const withRoute = (payload: StatePayload, step: string, values: RouteValues | undefined): StatePayload =>
  values === undefined ? payload : { ...payload, route: { ...payload.route, [step]: values } };

/** Prefixes under which the API keeps uploads, and which ends were announced. */
const TAKEN_PREFIXES: readonly string[] = ["uploads/", "ends/"];

const checkProcessData = (processData: unknown): string => {
  if (typeof processData !== "string" || !NAME_PATTERN.test(txnIdOfKey(processData))) {
    throw invalid(
      "processData must be a string of 1 to 64 characters A-Z a-z 0-9 _ -, in the parts layout with a '/' behind",
    );
  }
  if (TAKEN_PREFIXES.includes(processData))
    throw invalid(`processData must not be '${processData}', which sfs3 uses itself`);
  return processData;
};

const checkName = (field: string, value: unknown): void => {
  if (typeof value === "string" && NAME_PATTERN.test(value)) return;
  throw invalid(`${field} must be a string of 1 to 64 characters A-Z a-z 0-9 _ -`);
};

const checkRoute = (route: unknown): void => {
  if (isObject(route) && Object.values(route).every(isObject)) return;
  throw invalid("route must be an object that holds one object per step name");
};

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const TEXT: FieldRule = { holds: isText, allowed: "a non-empty string" };

const ENTRY_RULES = {
  execution: TEXT,
  state: TEXT,
  enteredAt: TEXT,
  attempt: { holds: isIntegerFrom(0), allowed: "an integer from 0" },
  // Eight digits, as in the parts layout.
  item: { holds: isIntegerFrom(0, 99_999_999), allowed: "an integer from 0 to 99999999" },
  items: { holds: isIntegerFrom(1, 100_000_000), allowed: "an integer from 1 to 100000000" },
  counts: { holds: isTexts, allowed: "a list of non-empty strings" },
  taskToken: TEXT,
} satisfies Record<keyof StateEntry, FieldRule>;

const parseEntry = (sfs3: unknown): Partial<StateEntry> => {
  if (!isObject(sfs3)) throw invalid(`sfs3 must be an object, not ${kindOf(sfs3)}`);
  const known = Object.keys(ENTRY_RULES).filter((field) => Object.hasOwn(sfs3, field) && sfs3[field] !== undefined);
  const entry = Object.fromEntries(known.map((field) => [field, sfs3[field]]));
  const problem = fieldProblem(entry, { rules: ENTRY_RULES, required: [], prefix: "sfs3." });
  if (problem !== undefined) throw invalid(problem);
  return entry;
};

const invalid = (message: string): Sfs3Error => new Sfs3Error("InvalidEventError", `${message}.`);
