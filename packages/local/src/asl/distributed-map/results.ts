import type { Json } from "../json.js";
import type { EndedChild } from "./child-execution.js";
import type { MapRun } from "./map-run.js";
import { resultsOf, type Transformation } from "./result-record.js";

/** Where the results of a Map Run go. */
export interface Results {
  ended(child: EndedChild, index: number): Promise<void>;
  /** Hears of an input that no child will start on. */
  pending(input: Json): Promise<void>;
  /** The Map state's result. */
  finish(): Promise<Json>;
}

/** Results that the Map state itself gives on, in the order of the items. */
export function stateResults(run: MapRun, transformation: Transformation): Results {
  const unsuccessful = new Map<number, Json>();
  return {
    ended: async (child, index) => {
      const isSuccess = child.outcome.status === "SUCCEEDED";
      (isSuccess ? run.succeeded : unsuccessful).set(index, resultsOf(child, transformation));
    },
    pending: async () => {},
    finish: async () => {
      const all = [...(run.succeeded as Map<number, Json>), ...unsuccessful].sort(([left], [right]) => left - right);
      return all.flatMap(([, results]) => results);
    },
  };
}
