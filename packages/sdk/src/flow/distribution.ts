import { isObject } from "../json-object.js";
import { refusal } from "./refusal.js";
import type { Distribution } from "./state.js";

/** Items of one child unless told: few enough for its history of 25,000 events, enough that children cost little. */
const DEFAULT_BATCH_SIZE = 100;

/** Children at once unless told: with 40 items each at a time they keep Lambda's default concurrency of 1,000 busy. */
const DEFAULT_MAX_CONCURRENCY = 25;

/** How many items of a distributed map may fail: a number of them, or a share. */
export type Tolerance<TTolerated extends number> =
  | {
      /** The map goes on while no more items than this have failed. Integer ≥ 0. Default: 0. */
      readonly toleratedFailureCount?: TTolerated;
      readonly toleratedFailurePercentage?: undefined;
    }
  | {
      readonly toleratedFailureCount?: undefined;
      /** The map succeeds where no greater share of its items has failed. Unit: percent, integer, 0 to 100. */
      readonly toleratedFailurePercentage?: TTolerated;
    };

/**
 * How a distributed map shares its items out: each batch is a child execution with a history of its own, which works on
 * its items as an inline map would.
 *
 * A batch fails as a whole: where one of its items does, the others count as failed too, and what they wrote stays.
 *
 * Source: AWS Step Functions Developer Guide, "Using Map state in Distributed mode".
 */
export type DistributedOptions<TTolerated extends number = number> = {
  /** Items of one child. Integer, 1 to 1,000. Default: 100. */
  readonly batchSize?: number;
  /** Children at once. Integer, 0 to 10,000; 0 leaves it to Step Functions, which takes 10,000. Default: 25. */
  readonly maxConcurrency?: number;
  /** The children's type; `EXPRESS` ones cost less and last 5 minutes at most. Default: `STANDARD`. */
  readonly executionType?: "STANDARD" | "EXPRESS";
} & Tolerance<TTolerated>;

const FIELDS = ["batchSize", "maxConcurrency", "executionType", "toleratedFailureCount", "toleratedFailurePercentage"];

/** The options with their defaults; for authors without the compiler, a misspelt one is refused. */
export function distributionOf(options: DistributedOptions, flowName: string): Distribution {
  const known = `Its options are ${FIELDS.join(", ")}.`;
  if (!isObject(options)) throw refusal(`${flowName}: a map's 'distributed' is no object.`, known);
  const unknown = Object.keys(options).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) throw refusal(`${flowName}: a distributed map knows no option '${unknown}'.`, known);
  const {
    batchSize = DEFAULT_BATCH_SIZE,
    maxConcurrency = DEFAULT_MAX_CONCURRENCY,
    executionType = "STANDARD",
  } = options;
  const { toleratedFailureCount, toleratedFailurePercentage } = options;
  return {
    batchSize,
    maxConcurrency,
    executionType,
    ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
    ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
  };
}

/** Whether items may fail without the map failing, so that what it writes has gaps. */
export const toleratesFailures = (distributed: Distribution | undefined): boolean =>
  (distributed?.toleratedFailureCount ?? distributed?.toleratedFailurePercentage) !== undefined;
