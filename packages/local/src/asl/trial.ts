import type { Tolerance } from "./distributed-map/tolerated-failures.js";
import type { Json, JsonObject } from "./json.js";

/** What a Map has made of its fields before its first iteration. */
export interface MapPlan {
  /** Undefined where an ItemReader would read them. */
  readonly items: readonly Json[] | undefined;
  /** What each iteration would get, where the state makes that of its items. */
  readonly inputs: readonly Json[] | undefined;
  /** What each child would get, where the state makes batches. */
  readonly batches?: readonly Json[] | undefined;
  /** `MaxConcurrency`; 0 for no limit. */
  readonly limit: number;
  readonly tolerance: Tolerance;
}

/** A state's visit outside of any execution: it tells what happens on the way, and runs no inner state. */
export interface Trial {
  /** The whole context object, in place of the visit's own. */
  readonly context: JsonObject | undefined;
  /** Whether there is something that an ItemReader can read. */
  readonly hasItemData: boolean;
  /** Hears of what JSONPath fields make of a result. */
  concluded(step: "afterResultSelector" | "afterResultPath", value: Json): void;
  /** What the branches of a Parallel would have come to. */
  branches(input: Json, count: number): Json;
  /** What the iterations of a Map would have come to. */
  iterations(plan: MapPlan): Json;
}
