import type { StateEntry } from "../state.js";
import { type CompileState, readPassing } from "./body.js";

/** Longest wait, static or evaluated. Source: ASL, "Wait State". */
const MAX_WAIT_SECONDS = 99_999_999;

export const compileWait: CompileState = (source) => {
  const { fields, language } = source;
  const seconds = language.integer(fields, "Seconds", { min: 0, max: MAX_WAIT_SECONDS });
  const timestamp = language.timestamp(fields, "Timestamp");
  if ((seconds === undefined) === (timestamp === undefined)) {
    fields.refuse("Seconds", "a Wait state needs exactly one way to say how long");
  }
  const waitMs = async (entry: StateEntry): Promise<number> => {
    if (seconds !== undefined) return (await seconds(entry)) * 1_000;
    const nowMs = entry.line.run.clock.now().getTime();
    return ((await timestamp?.(entry)) ?? nowMs) - nowMs;
  };
  return readPassing(source, "input", (conclude) => async (entry) => {
    const { run, abort } = entry.line;
    const elapsedMs = entry.resumption === undefined ? 0 : run.clock.now().getTime() - entry.enteredAt.getTime();
    await run.clock.sleep(Math.max(0, (await waitMs(entry)) - elapsedMs), abort.signal);
    return conclude(entry, {}, entry.input);
  });
};
