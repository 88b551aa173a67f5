import { matchesErrorEquals, type StateFailure } from "./errors.js";
import type { Fields } from "./fields.js";

/** One Retrier. Source: ASL, "Retrying after error". */
export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly fullJitter: boolean;
}

const MAX_ATTEMPTS = 99_999_999;
const MAX_DELAY_SECONDS = 31_622_400;

export function readRetry(fields: Fields): readonly Retrier[] {
  if (isAbsentOrEmpty(fields, "Retry")) return [];
  return fields.list("Retry").map((retrier, index, all) => readRetrier(retrier, index === all.length - 1));
}

/** AWS takes an empty list of retriers or catchers for none. */
export function isAbsentOrEmpty(fields: Fields, name: string): boolean {
  const list = fields.take(name);
  return list === undefined || (Array.isArray(list) && list.length === 0);
}

function readRetrier(fields: Fields, isLast: boolean): Retrier {
  const seconds = { min: 1, max: MAX_DELAY_SECONDS };
  const retrier: Retrier = {
    errorEquals: readErrorEquals(fields, isLast),
    intervalSeconds: fields.optionalInteger("IntervalSeconds", { min: 1, max: MAX_ATTEMPTS }) ?? 1,
    maxAttempts: fields.optionalInteger("MaxAttempts", { min: 0, max: MAX_ATTEMPTS }) ?? 3,
    backoffRate: fields.optionalNumber("BackoffRate", { min: 1, max: Number.MAX_VALUE }) ?? 2,
    maxDelaySeconds: fields.optionalInteger("MaxDelaySeconds", seconds) ?? Number.POSITIVE_INFINITY,
    fullJitter: fields.optionalOneOf("JitterStrategy", ["FULL", "NONE"]) === "FULL",
  };
  if (retrier.maxDelaySeconds <= retrier.intervalSeconds && fields.has("MaxDelaySeconds")) {
    fields.refuse("MaxDelaySeconds", "MaxDelaySeconds must be greater than IntervalSeconds");
  }
  fields.optionalString("Comment");
  fields.close("a Retrier");
  return retrier;
}

/** ErrorEquals of a Retrier or Catcher: States.ALL stands alone and last. */
export function readErrorEquals(fields: Fields, isLast: boolean): readonly string[] {
  const names = fields.take("ErrorEquals");
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === "string")) {
    return fields.refuse("ErrorEquals", "a non-empty list of error names is expected");
  }
  if (names.includes("States.ALL") && (names.length > 1 || !isLast)) {
    return fields.refuse("ErrorEquals", "States.ALL must appear alone, and in the last entry");
  }
  return names;
}

/** Where the Retrier is that takes a failure; -1 where none does. */
export const retrierIndex = (retriers: readonly Retrier[], failure: StateFailure): number =>
  retriers.findIndex(({ errorEquals }) => matchesErrorEquals(failure, errorEquals));

/** The delay before a Retrier's next retry, in milliseconds; `retries` counts those already made. */
export function retryDelayMs(retrier: Retrier, retries: number, random: () => number): number {
  const { intervalSeconds, backoffRate, maxDelaySeconds, fullJitter } = retrier;
  const delaySeconds = Math.min(intervalSeconds * backoffRate ** retries, maxDelaySeconds, MAX_DELAY_SECONDS);
  return 1_000 * (fullJitter ? random() * delaySeconds : delaySeconds);
}

/** Counts each Retrier's retries for one visit of a state; answers with the delay, or undefined to give up. */
export function startRetries(retriers: readonly Retrier[]) {
  const counts = retriers.map(() => 0);
  return (failure: StateFailure, random: () => number): number | undefined => {
    const index = retrierIndex(retriers, failure);
    const retrier = retriers[index];
    const retries = counts[index] ?? 0;
    if (retrier === undefined || retries >= retrier.maxAttempts) return undefined;
    counts[index] = retries + 1;
    return retryDelayMs(retrier, retries, random);
  };
}
