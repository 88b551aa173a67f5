import { linkedAbort } from "./abort.js";
import type { MapItem } from "./context-object.js";
import type { Json } from "./json.js";
import type { Line, StateEntry } from "./state.js";
import { innerVariables } from "./variables.js";

export interface FanOut {
  readonly count: number;
  /** How many lines run at once. */
  readonly concurrency: number;
  mapItem(index: number): MapItem | undefined;
  run(line: Line, index: number): Promise<Json>;
}

/** Runs inner lines side by side. The first to fail stops the others, and its failure is the result. */
export async function fanOut(entry: StateEntry, { count, concurrency, mapItem, run }: FanOut): Promise<Json[]> {
  const { line } = entry;
  const startedEventId = line.lastEventId;
  const abort = linkedAbort(line.signal);
  const outputs: Json[] = new Array(count);
  let nextIndex = 0;
  let failure: { readonly reason: unknown } | undefined;

  const runLine = async (index: number) => {
    const inner: Line = {
      run: line.run,
      signal: abort.signal,
      variables: innerVariables(line.variables),
      mapItem: mapItem(index),
      lastEventId: startedEventId,
    };
    try {
      outputs[index] = await run(inner, index);
    } catch (reason) {
      if (failure !== undefined) return;
      failure = { reason };
      abort.abort(reason);
    }
    line.lastEventId = inner.lastEventId;
  };

  const worker = async () => {
    while (nextIndex < count && failure === undefined) await runLine(nextIndex++);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
  abort.release();
  if (failure !== undefined) throw failure.reason;
  return outputs;
}
