import { type Abort, linkedAbort } from "./abort.js";
import type { MapItem } from "./context-object.js";
import type { Json } from "./json.js";
import type { Line, StateEntry } from "./state.js";
import { innerVariables } from "./variables.js";

export interface FanOut {
  readonly count: number;
  /** How many lines run at once. */
  readonly concurrency: number;
  /** Under which key a redrive finds what an earlier run of the line has done. */
  key(index: number): string | number;
  mapItem(index: number): MapItem | undefined;
  run(line: Line, index: number): Promise<Json>;
}

/** Runs inner lines side by side. The first to fail stops the others, and its failure is the result. */
export async function fanOut(entry: StateEntry, { count, concurrency, ...each }: FanOut): Promise<Json[]> {
  const { line } = entry;
  const innerLine = innerLines(entry);
  const { abort, release } = linkedAbort(line.abort);
  const outputs: Json[] = new Array(count);
  let nextIndex = 0;
  let failure: { readonly reason: unknown } | undefined;

  const runLine = async (index: number) => {
    const inner = innerLine({ abort, key: each.key(index), mapItem: each.mapItem(index) });
    try {
      outputs[index] = await each.run(inner, index);
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
  release();
  if (failure !== undefined) throw failure.reason;
  return outputs;
}

interface InnerLine {
  readonly abort: Abort;
  readonly key: string | number;
  readonly mapItem: MapItem | undefined;
}

/** Makes lines inside a visit: with its variables, behind its last event, or where an earlier run had come to. */
function innerLines({ line, resumption: visit }: StateEntry): (inner: InnerLine) => Line {
  const startedEventId = line.lastEventId;
  return ({ abort, key, mapItem }) => {
    const resumption = visit?.lines.get(key);
    return {
      run: line.run,
      abort,
      variables: innerVariables(line.variables, resumption?.variables),
      mapItem,
      resumption,
      lastEventId: resumption?.lastEventId ?? startedEventId,
      lastText: undefined,
    };
  };
}
