import { conclude, readConclusion } from "./conclusion.js";
import { evaluationOf, runtimeFailure } from "./evaluation.js";
import type { StateEntry } from "./state.js";
import { type CompileState, NO_RECOVERY, nextTargets, readNext } from "./state-body.js";
import { readIntegerTemplate, readTypedTemplate } from "./typed-template.js";

/** Longest wait, static or evaluated. Source: ASL, "Wait State". */
const MAX_WAIT_SECONDS = 99_999_999;

export const compileWait: CompileState = (fields, compilation) => {
  const seconds = readIntegerTemplate(fields, compilation, "Seconds", { min: 0, max: MAX_WAIT_SECONDS });
  const timestamp = readTypedTemplate(fields, compilation, "Timestamp", "string");
  if ((seconds === undefined) === (timestamp === undefined)) {
    fields.refuse("Seconds", "a Wait state needs exactly one of Seconds and Timestamp");
  }
  const next = readNext(fields);
  const conclusion = readConclusion(fields, compilation, next);

  const waitMs = async (entry: StateEntry): Promise<number> => {
    const evaluation = evaluationOf(entry);
    if (seconds !== undefined) return (await seconds(evaluation)) * 1_000;
    const until = await timestamp?.(evaluation);
    return parseTimestamp(entry, until ?? "") - entry.line.run.clock.now().getTime();
  };

  return {
    targets: nextTargets(next),
    ends: next === undefined,
    recovery: NO_RECOVERY,
    run: async (entry) => {
      const { run, signal } = entry.line;
      await run.clock.sleep(Math.max(0, await waitMs(entry)), signal);
      return conclude(entry, conclusion, {}, entry.input);
    },
  };
};

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function parseTimestamp(entry: StateEntry, text: string): number {
  const epochMs = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(epochMs)) return epochMs;
  throw runtimeFailure(
    entry,
    "States.QueryEvaluationError",
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    { location: "Timestamp" },
  );
}
